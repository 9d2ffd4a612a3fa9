import { createRandom, type Random } from '#infra/local/host/random.ts';
import { buildName, CITIES } from './content.ts';
import type { Person } from './people.ts';

/** One call as a Segment SDK puts it into a batch. Without `userId` it is of somebody who has not signed up yet. */
export interface SegmentCall {
  type: 'track' | 'identify' | 'page' | 'screen';
  messageId: string;
  /** ISO 8601, UTC */
  timestamp: string;
  userId?: string;
  anonymousId?: string;
  event?: string;
  name?: string;
  properties?: Record<string, unknown>;
  traits?: Record<string, unknown>;
  context: Readonly<Record<string, unknown>>;
}

/**
 * What the app knows of a member, as `identify` sends it. Names begin with 演示 and addresses end in example.com, so
 * nobody takes them for a real person's; the hidden group is not among them.
 */
export function buildTraits(person: Person): Record<string, unknown> {
  const random = createRandom(person.index, 'traits');
  const city = random.weighted(CITIES, ([, weight]) => weight)[0];
  return {
    name: buildName(person.index),
    city,
    interest: person.interest,
    plan: person.subscriber ? '月度会员' : '免费',
    createdAt: new Date(person.joinedAt).toISOString(),
    community: '知群演示社群',
    ...(random.chance(0.6) ? { email: `${person.userId}@example.com` } : {}),
  };
}

type Context = Readonly<Record<string, unknown>>;

const APP = { name: '知群演示', version: '3.2.1', build: '321' };
const IPHONES = ['iPhone13,2', 'iPhone14,5', 'iPhone15,2', 'iPhone16,1', 'iPhone17,3'];
const PHONES = [
  ['HUAWEI', 'ALN-AL00'],
  ['Xiaomi', '23127PN0CC'],
  ['OPPO', 'PHZ110'],
  ['vivo', 'V2309A'],
  ['HONOR', 'BVL-AN00'],
] as const;

/** The `context` that the Segment SDK of a member's device sends, without anything that identifies a real device. */
export function buildContext(seed: number, person: Person): Context {
  const random = createRandom(seed, 'device', person.userId);
  const common = { locale: 'zh-CN', timezone: 'Asia/Shanghai' };
  if (person.platform === 'ios') return { ...common, ...iosContext(random) };
  if (person.platform === 'android') return { ...common, ...androidContext(random) };
  return {
    ...common,
    library: { name: 'analytics.js', version: 'npm:next-1.81.0' },
    os: { name: random.pick(['Windows', 'macOS']) },
  };
}

function iosContext(random: Random): Context {
  return {
    library: { name: 'analytics-swift', version: '1.7.3' },
    app: APP,
    os: { name: 'iOS', version: random.pick(['17.6', '18.1', '18.5']) },
    device: { manufacturer: 'Apple', model: random.pick(IPHONES), type: 'ios' },
  };
}

function androidContext(random: Random): Context {
  const [manufacturer, model] = random.pick(PHONES);
  return {
    library: { name: 'analytics-kotlin', version: '1.19.2' },
    app: APP,
    os: { name: 'Android', version: random.pick(['13', '14', '15']) },
    device: { manufacturer, model, type: 'android' },
  };
}

/** The `context` of calls that the shop's server sends. */
export const SERVER_CONTEXT: Context = { library: { name: '@segment/analytics-node', version: '3.1.0' } };
