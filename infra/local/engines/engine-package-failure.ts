/** Why an engine's package is not there: npm's code and words, or one of our own codes. */
export type PackageFailure = {
  code: 'no package' | 'no npm' | 'no file' | 'not writable' | (string & {});
  words?: string | undefined;
};

/** What was to be installed, and into which folder. */
export type Wanted = { platform: string; arch: string; spec?: string; dir?: string };

const SYSTEMS: Record<string, string> = { darwin: 'macOS', linux: 'Linux', win32: 'Windows' };
const UNREACHABLE =
  /^(ENOTFOUND|EAI_AGAIN|ECONN\w+|E\w*TIMEDOUT|E\w*TIMEOUT|E\w+UNREACH|ENOTCACHED|\w+_SOCKET_\w+)$/;
const UNWRITABLE = /^(EACCES|EPERM|EROFS|ENOSPC)$/;
const OTHER_ENGINE =
  'start another DynamoDB engine and set the environment variable DYNAMODB_ENDPOINT to its address, such as http://localhost:8000';

/** What npm says with `--json` when it fails. */
export function readFailure(out: string, said: string): PackageFailure {
  try {
    const { error } = JSON.parse(out) as { error: { code?: string; summary?: string } };
    return { code: error.code ?? '', words: firstLine(error.summary ?? '') };
  } catch {
    return { code: '', words: firstLine(said) };
  }
}

/** The error of one sentence: what happened and what to do, in words that hold on every operating system. */
export function notInstalled(failure: PackageFailure, wanted: Wanted): Error {
  const [happened, remedy] = explain(failure, wanted);
  return new Error(`${happened}: ${remedy ? `${remedy}, or ` : ''}${OTHER_ENGINE}.`);
}

function explain({ code, words }: PackageFailure, wanted: Wanted): [happened: string, remedy?: string] {
  const { platform, arch, spec, dir } = wanted;
  const engine = `DynamoDB engine for ${SYSTEMS[platform] ?? platform} on ${arch}`;
  const npm = words ? ` (npm: ${words})` : '';
  if (code === 'no package')
    return platform === 'win32'
      ? [`There is no ${engine}`, 'run this in WSL, the Windows Subsystem for Linux']
      : [`There is no ${engine}`];
  if (code === 'no npm')
    return [`npm, which installs the ${engine}, was not found`, 'install npm, which comes with Node.js'];
  if (code === 'E404' || code === 'ETARGET')
    return [`Your npm registry does not have ${spec}, the ${engine}${npm}`, 'use the public registry'];
  if (code === 'EINTEGRITY')
    return [
      `What your npm registry sent as ${spec}, the ${engine}, is not what it had announced (the checksums differ)`,
      'start again, and if that does not help use the public registry',
    ];
  if (code === 'no file')
    return [`What your npm registry has as ${spec} holds no ${engine}`, 'use the public registry'];
  if (UNREACHABLE.test(code))
    return [
      `The ${engine} could not be downloaded${npm}`,
      'connect this computer to the internet and start again',
    ];
  if (code === 'not writable')
    return [
      `The ${engine} could not be installed because ${dir} cannot be written to (${words})`,
      'get the right to write there',
    ];
  if (UNWRITABLE.test(code))
    return [
      `The ${engine} could not be installed because npm may not write${npm}`,
      'get the right to write there',
    ];
  return [
    `The ${engine} could not be installed${npm}`,
    `find out what "npm install --no-save ${spec}" needs`,
  ];
}

const firstLine = (text: string) => text.trim().split('\n', 1)[0]!.replace(/\.$/, '');
