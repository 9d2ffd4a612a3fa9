import { randomInt } from 'node:crypto';
import { readJson, writeJson } from '#infra/local/host/json-file.ts';
import { type JsonAnswer, serveJson } from './json-endpoint.ts';

const letters = {
  lower: 'abcdefghijklmnopqrstuvwxyz',
  upper: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  digits: '0123456789',
};
const punctuation = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

/** The parts of `GenerateSecretString` that are honoured. */
export type GenerateSecretString = {
  PasswordLength?: number;
  ExcludeCharacters?: string;
  ExcludeLowercase?: boolean;
  ExcludeUppercase?: boolean;
  ExcludeNumbers?: boolean;
  ExcludePunctuation?: boolean;
  IncludeSpace?: boolean;
  SecretStringTemplate?: string;
  GenerateStringKey?: string;
};

/** A random string as Secrets Manager would make it (without its promise of one character of each kind). */
export function generateSecret(wanted: GenerateSecretString): string {
  const alphabet = [
    wanted.ExcludeLowercase ? '' : letters.lower,
    wanted.ExcludeUppercase ? '' : letters.upper,
    wanted.ExcludeNumbers ? '' : letters.digits,
    wanted.ExcludePunctuation ? '' : punctuation,
    wanted.IncludeSpace ? ' ' : '',
  ]
    .join('')
    .split('')
    .filter((character) => !wanted.ExcludeCharacters?.includes(character));
  const length = wanted.PasswordLength ?? 32;
  const value = Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
  if (!wanted.SecretStringTemplate || !wanted.GenerateStringKey) return value;
  return JSON.stringify({ ...JSON.parse(wanted.SecretStringTemplate), [wanted.GenerateStringKey]: value });
}

/** Secrets in a file that only its owner may read. */
export type SecretStore = {
  /** The secret's value, made and kept the first time. */
  ensure(arn: string, make: () => string): string;
  get(arn: string): string | undefined;
};

export function openSecrets(path: string): SecretStore {
  const secrets = readJson<Record<string, string>>(path) ?? {};
  return {
    ensure: (arn, make) => {
      const kept = secrets[arn];
      if (kept !== undefined) return kept;
      const made = make();
      secrets[arn] = made;
      writeJson(path, secrets);
      return made;
    },
    get: (arn) => secrets[arn],
  };
}

/** Serves `GetSecretValue` of Secrets Manager on a free loopback port. */
export function serveSecrets(secrets: SecretStore): Promise<{ endpoint: string; stop(): Promise<void> }> {
  return serveJson('1.1', (target, text) => handleRequest(target, text, secrets));
}

function handleRequest(target: string, text: string, secrets: SecretStore): JsonAnswer {
  if (target !== 'secretsmanager.GetSecretValue')
    return [
      400,
      { __type: 'UnknownOperationException', message: `The local target does not know ${target}` },
    ];
  const id = (JSON.parse(text || '{}') as { SecretId?: string }).SecretId ?? '';
  const value = secrets.get(id);
  if (value === undefined)
    return [400, { __type: 'ResourceNotFoundException', Message: `There is no secret ${id}` }];
  return [200, { ARN: id, Name: id.split(':').at(-1), SecretString: value, VersionStages: ['AWSCURRENT'] }];
}
