import type { Node } from 'constructs';

/** What differs between deployments. Every value comes from CDK context: `cdk deploy -c stage=prod -c currency=USD`. */
export type Settings = {
  /** `prod` keeps data when the stack goes and reserves concurrency; `dev` leaves nothing behind. */
  stage: 'prod' | 'dev';
  /** IANA zone in which a day begins and ends, and by which the nightly run starts. */
  timeZone: string;
  /** ISO 4217 code of the one currency that money is counted in. */
  currency: string;
  /** Days an event stays in the log after it was received. */
  retentionDays: number;
  /** More event names per action, as JSON: `{"learn":["Homework Handed In"]}`. */
  taxonomy?: string;
  /** Hour of the day at which the nightly run starts, 0–23. */
  nightHour: number;
  /** How many profiles members are grouped into, 2–10; chosen by the data without it. */
  profiles?: number;
  /** Days that separate the stages of a member's life, as JSON: `{"newDays":14,"silentDays":14,"churnedDays":45}`. */
  lifecycle?: string;
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
  const nightHour = text('nightHour', '3');
  const profiles = text('profiles', '');
  const lifecycle = parseLifecycle(node.tryGetContext('lifecycle'));
  const taxonomy = parseTaxonomy(node.tryGetContext('taxonomy'));
  const alarmEmail = node.tryGetContext('alarmEmail') as string | undefined;

  if (stage !== 'prod' && stage !== 'dev') throw invalidSetting('stage', stage, 'prod or dev');
  if (!isTimeZone(timeZone)) throw invalidSetting('timeZone', timeZone, 'an IANA zone such as Asia/Shanghai');
  if (!/^[A-Z]{3}$/.test(currency))
    throw invalidSetting('currency', currency, 'a code of three capitals such as CNY');
  // A day is closed from an hour before its first event may go, and what comes may be a day late.
  if (!/^[1-9]\d{0,4}$/.test(retentionDays) || Number(retentionDays) < 3)
    throw invalidSetting('retentionDays', retentionDays, 'a whole number of days from 3 to 99999');

  if (!/^([01]?\d|2[0-3])$/.test(nightHour))
    throw invalidSetting('nightHour', nightHour, 'an hour from 0 to 23');
  if (!/^([2-9]|10)?$/.test(profiles))
    throw invalidSetting(
      'profiles',
      profiles,
      'a whole number from 2 to 10, or nothing for the data to choose',
    );
  if (alarmEmail !== undefined && !/^\S+@\S+$/.test(alarmEmail))
    throw invalidSetting('alarmEmail', alarmEmail, 'a mail address');

  return {
    stage,
    timeZone,
    currency,
    retentionDays: Number(retentionDays),
    nightHour: Number(nightHour),
    ...(profiles === '' ? {} : { profiles: Number(profiles) }),
    ...(lifecycle === undefined ? {} : { lifecycle }),
    ...(taxonomy === undefined ? {} : { taxonomy }),
    ...(alarmEmail ? { alarmEmail } : {}),
  };
}

function parseTaxonomy(given: unknown): string | undefined {
  if (given === undefined || given === '') return undefined;
  const expected = 'a JSON object of lists of event names, e.g. {"learn":["Homework Handed In"]}';
  const value = parseJson('taxonomy', given, expected);
  const lists =
    typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.values(value) : [0];
  const areNames = lists.every(
    (list) => Array.isArray(list) && list.every((name) => typeof name === 'string'),
  );
  if (!areNames) throw invalidSetting('taxonomy', given, expected);
  return JSON.stringify(value);
}

function parseLifecycle(given: unknown): string | undefined {
  if (given === undefined || given === '') return undefined;
  const expected =
    'JSON of three whole numbers of days, e.g. {"newDays":14,"silentDays":14,"churnedDays":45}, of which silentDays is less than churnedDays';
  const value = parseJson('lifecycle', given, expected) as Record<string, unknown> | null;
  const names = ['newDays', 'silentDays', 'churnedDays'];
  const [newDays, silentDays, churnedDays] = names.map((name) => Number(value?.[name]));
  const areDays = [newDays, silentDays, churnedDays].every(
    (days) => Number.isInteger(days) && days! >= 1 && days! <= 365,
  );
  const isWhole = Object.keys(value ?? {}).every((name) => names.includes(name));
  if (!areDays || !isWhole || silentDays! >= churnedDays!) throw invalidSetting('lifecycle', given, expected);
  return JSON.stringify({ newDays, silentDays, churnedDays });
}

function parseJson(key: string, given: unknown, expected: string): unknown {
  try {
    return typeof given === 'string' ? JSON.parse(given) : given;
  } catch {
    throw invalidSetting(key, given, expected);
  }
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

function invalidSetting(key: string, given: unknown, expected: string): Error {
  return new Error(
    `CDK context "${key}" is ${JSON.stringify(given)}, expected ${expected}. Set it with -c ${key}=…`,
  );
}
