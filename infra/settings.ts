import type { Node } from 'constructs';

/** What differs between deployments. Every value comes from CDK context: `cdk deploy -c stage=prod -c currency=USD`. */
export type Settings = {
  /** `prod` keeps data when the stack goes and reserves concurrency; `dev` leaves nothing behind. */
  stage: 'prod' | 'dev';
  /** IANA zone in which a day begins and ends, and by which the census runs. */
  timeZone: string;
  /** ISO 4217 code of the one currency that money is counted in. */
  currency: string;
  /** Days an event stays in the log after it was received. */
  retentionDays: number;
  /** More event names per action, as JSON: `{"learn":["Homework Handed In"]}`. */
  taxonomy?: string;
  /** Where alarms are mailed to; without it they only show in CloudWatch. */
  alarmEmail?: string;
};

/**
 * Reads the settings from CDK context.
 * @throws Error naming the context key, what was given and what is expected.
 */
export function readSettings(node: Node): Settings {
  const text = (key: string, fallback: string) => String(node.tryGetContext(key) ?? fallback);
  const stage = text('stage', 'dev');
  const timeZone = text('timeZone', 'Asia/Shanghai');
  const currency = text('currency', 'CNY');
  const retentionDays = text('retentionDays', '400');
  const taxonomy = readTaxonomy(node.tryGetContext('taxonomy'));
  const alarmEmail = node.tryGetContext('alarmEmail') as string | undefined;

  if (stage !== 'prod' && stage !== 'dev') throw wrong('stage', stage, 'prod or dev');
  if (!isTimeZone(timeZone)) throw wrong('timeZone', timeZone, 'an IANA zone such as Asia/Shanghai');
  if (!/^[A-Z]{3}$/.test(currency)) throw wrong('currency', currency, 'a code of three capitals such as CNY');
  if (!/^[1-9]\d{0,4}$/.test(retentionDays))
    throw wrong('retentionDays', retentionDays, 'a whole number of days from 1 to 99999');

  if (alarmEmail !== undefined && !/^\S+@\S+$/.test(alarmEmail))
    throw wrong('alarmEmail', alarmEmail, 'a mail address');

  return {
    stage,
    timeZone,
    currency,
    retentionDays: Number(retentionDays),
    ...(taxonomy === undefined ? {} : { taxonomy }),
    ...(alarmEmail ? { alarmEmail } : {}),
  };
}

function readTaxonomy(given: unknown): string | undefined {
  if (given === undefined || given === '') return undefined;
  const expected = 'a JSON object of lists of event names, e.g. {"learn":["Homework Handed In"]}';
  let value: unknown = given;
  try {
    if (typeof given === 'string') value = JSON.parse(given);
  } catch {
    throw wrong('taxonomy', given, expected);
  }
  const lists =
    typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.values(value) : [0];
  const areNames = lists.every(
    (list) => Array.isArray(list) && list.every((name) => typeof name === 'string'),
  );
  if (!areNames) throw wrong('taxonomy', given, expected);
  return JSON.stringify(value);
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

function wrong(key: string, given: unknown, expected: string): Error {
  return new Error(
    `CDK context "${key}" is ${JSON.stringify(given)}, expected ${expected}. Set it with -c ${key}=…`,
  );
}
