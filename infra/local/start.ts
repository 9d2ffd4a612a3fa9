import { parseArgs } from 'node:util';
import { type RunningStack, type StartOptions, startLocal } from './local-stack.ts';

export { startLocal };

const usage = `npm start [-- options]

Synthesizes the CDK app and deploys its template to this machine.

  --port N        port of the API, 0 for any free one (default 3000)
  --data-dir DIR  where all data is kept (default .local)
  --empty         without the demo community
  --fresh         drop what the data directory holds
  --help          this text

Other engines: DYNAMODB_ENDPOINT, S3_ENDPOINT, SQS_ENDPOINT in the environment.`;

/** @throws Error naming the option that is wrong */
export function readOptions(args: string[]): StartOptions | 'help' {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: 'string', default: '3000' },
      'data-dir': { type: 'string', default: '.local' },
      empty: { type: 'boolean', default: false },
      fresh: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port > 65_535)
    throw new Error(`--port ${values.port}: expected a number from 0 to 65535`);
  return { port, dataDir: values['data-dir'], empty: values.empty, fresh: values.fresh };
}

function summary({ stack, dataDir }: RunningStack): string {
  return `
zhiqun runs on this machine.

  console      ${stack.api}/console   (operators' pages: sign in with the secret key)
  API          ${stack.api}
  docs         ${stack.api}/docs
  write key    ${stack.writeKey}   (for apps: may send events)
  secret key   ${stack.secretKey}   (owner: may do everything)
  data         ${dataDir}   (addresses and keys: stack.json)

Ctrl-C stops it. The data stays for the next start; --fresh drops it.
`;
}

/** Resolves when somebody wants this process to end. A Ctrl-C may come twice: from the terminal and from npm. */
function endOfProcess(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
    if (!process.env['npm_lifecycle_event']) return;
    // npm passes on a Ctrl-C, but dies of a SIGTERM without a word to us.
    const npm = process.ppid;
    setInterval(() => {
      if (process.ppid !== npm) resolve();
    }, 250).unref();
  });
}

async function main(): Promise<void> {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 22 || (major === 22 && minor < 18))
    throw new Error(
      `Node ${process.version} is too old to run this. \`npm start\` uses the project's own Node`,
    );
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') return console.log(usage);

  process.setSourceMapsEnabled(true);
  const ending = new AbortController();
  const ended = endOfProcess().then(() => {
    ending.abort(new Error('The start was called off'));
    setTimeout(() => process.exit(0), 4_800).unref();
  });
  let running: RunningStack;
  try {
    running = await startLocal({ ...options, say: (line) => console.log(line), signal: ending.signal });
  } catch (error) {
    if (ending.signal.aborted) process.exit(0);
    throw error;
  }
  console.log(summary(running));
  const crash = await Promise.race([ended, running.crashed]);
  if (!crash) console.log('Stopping …');
  await running.stop();
  if (crash) throw crash;
  console.log(
    `Stopped. The data is kept in ${running.dataDir}; its stack.json describes this run until the next one.`,
  );
  process.exit(0);
}

if (import.meta.main) {
  main().catch((error: Error) => {
    console.error(`\n${error.message}\n`);
    if (process.env['DEBUG']) console.error(error);
    process.exit(1);
  });
}
