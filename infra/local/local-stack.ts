import { rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { ensureDemo, ensureDemoKey } from './demo/setup.ts';

import { deploy } from './deploy.ts';
import { startEngines } from './engines/engines.ts';
import { openGateway } from './gateway/gateway.ts';
import { awsEnvironment, localAws, setEnvironment } from './host/aws-environment.ts';
import { openDataDir } from './host/data-dir.ts';
import { writeJson } from './host/json-file.ts';

import { collectFunctionOutput, reportProgress, type Say } from './host/terminal-output.ts';

import { buildStackInfo, type StackInfo } from './stack-info.ts';
import { readSeed } from './streams/lane.ts';
import { readAssembly, synthesize } from './template/assembly.ts';

export type StartOptions = {
  /** Port of the HTTP API; 0 for any free one. Default 3000. */
  port?: number;
  /** Where everything is kept. Default `.local`. */
  dataDir?: string;
  /** No demo community. */
  empty?: boolean;
  /** Drops what the data directory holds. */
  fresh?: boolean;
  /** Takes lines for people. Default: nobody reads them. */
  say?: Say;
  /** Gives up starting, and undoes what was done so far. */
  signal?: AbortSignal;
};

export type RunningStack = {
  stack: StackInfo;
  dataDir: string;
  /** Resolves if an engine dies while the stack runs. It is of no use any more then: stop it. */
  crashed: Promise<Error>;
  /** Starts everything scheduled now, once what was sent so far has been counted, and waits for its end. */
  runSchedules(): Promise<void>;
  /** Ends everything that was started, within 5 s. May be called again. */
  stop(): Promise<void>;
};

type Start = {
  options: StartOptions;
  say: Say;
  signal: AbortSignal;
  /** Remembers how to undo what was just done; the latest is undone first. */
  undo(how: () => unknown): void;
};

/**
 * Synthesizes the CDK app and deploys its template to this machine: engines, functions, HTTP API, stream pollers,
 * schedules, access keys and demo data. Resolves when all of it can be used, and `stack.json` says so.
 * @throws Error that says what is wrong and what to do; nothing is left running then
 */
export async function startLocal(options: StartOptions = {}): Promise<RunningStack> {
  const undo: (() => unknown)[] = [];
  const ending = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, ending.signal]) : ending.signal;
  const say: Say = (line) => {
    if (!ending.signal.aborted) options.say?.(line);
  };
  const starting = start({ options, say, signal, undo: (how) => undo.push(how) });
  const settled = starting.then(
    () => {},
    () => {},
  );
  const unwind = async () => {
    while (undo.length > 0) await undo.pop()!();
  };
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= (async () => {
      ending.abort(new Error('The local stack is stopping'));
      await Promise.race([settled, delay(500, undefined, { ref: false })]);
      await unwind();
      await Promise.race([settled, delay(1_000, undefined, { ref: false })]);
      await unwind(); // what a start that was called off had under way
    })();
    return stopped;
  };
  const calledOff = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });
  calledOff.catch(() => {});
  try {
    return { ...(await Promise.race([starting, calledOff])), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start({ options, say, signal, undo }: Start): Promise<Omit<RunningStack, 'stop'>> {
  const { port = 3000, empty = false, fresh = false } = options;
  const aws = localAws(process.env);
  const seed = readSeed(process.env);
  const reportError = (error: unknown) => say(`! ${error instanceof Error ? withCause(error) : error}`);

  const dataDir = await openDataDir(options.dataDir ?? '.local', { fresh });
  undo(dataDir.release);
  const gateway = await openGateway({ port, onError: reportError });
  undo(gateway.stop);
  if (fresh) dataDir.clear();
  rmSync(dataDir.at('stack.json'), { force: true }); // whoever waits for it must not find the last run's

  // Undone after the engines: a call that is under way when the stack stops runs on, and needs both to fail quietly.
  let restoreProcess = () => {};
  undo(() => restoreProcess());

  const assemblyDir = dataDir.at('cdk.out');
  rmSync(assemblyDir, { recursive: true, force: true });
  const synth = reportProgress(say, 'synthesizing the CDK app', synthesize(assemblyDir, signal));
  synth.catch(() => {});
  const engines = await reportProgress(
    say,
    'starting the engines',
    startEngines(dataDir, aws, process.env, say),
  );
  undo(engines.stop);
  await synth;
  signal.throwIfAborted();

  const restored = [setEnvironment(awsEnvironment(aws)), collectFunctionOutput(dataDir.at('logs'), say)];
  restoreProcess = () => {
    for (const restore of restored) restore();
  };
  const target = {
    engines,
    gateway,
    aws,
    announcedFile: dataDir.at('announced.json'),
    executionsFile: dataDir.at('executions.json'),
    seed,
    log: (message: string) => say(`! ${message}`),
  };
  const deployment = await reportProgress(
    say,
    'deploying the template',
    deploy(readAssembly(assemblyDir), target),
  );
  undo(() => Promise.all([gateway.stop(), deployment.stop()]));
  signal.throwIfAborted();

  const immediate = deployment.schedules.filter((schedule) => schedule.isImmediate);
  await Promise.all(immediate.map((schedule) => schedule.runNow()));
  signal.throwIfAborted();

  const known = buildStackInfo(deployment.output, engines.endpoints);
  const secretKey = engines.secrets.get(deployment.output('OwnerSecretArn') ?? '') ?? '';
  const writeKey = await ensureDemoKey(known.api, secretKey, dataDir.at('write-key.json'));
  const stack: StackInfo = { ...known, writeKey, secretKey, seed };

  const counted = () => Promise.all(deployment.pollers.map((poller) => poller.drained()));
  const runSchedules = async () => {
    await Promise.all([deployment.resumed, counted()]);
    if (signal.aborted) return;
    await Promise.all(deployment.schedules.map((schedule) => schedule.runNow()));
  };
  const demo = { api: stack.api, writeKey, say, signal, keep: engines.keep };
  const loaded = await ensureDemo(dataDir.at('demo.json'), empty, demo);
  if (loaded) await reportProgress(say, 'counting the demo community', counted());
  // Nightly figures should not wait for the night; after a load, nor should whoever looks first.
  const night = runSchedules();
  if (loaded) await reportProgress(say, 'the first nightly run', night);
  signal.throwIfAborted();
  writeJson(dataDir.at('stack.json'), stack);
  return { stack, dataDir: dataDir.path, crashed: engines.crashed, runSchedules };
}

function withCause(error: Error): string {
  const { cause } = error;
  return cause instanceof Error && cause.stack ? `${error.message}\n${cause.stack}` : error.message;
}
