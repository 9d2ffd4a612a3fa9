import { createRandom } from '#infra/local/host/random.ts';
import { buildName, CITIES } from './content.ts';
import type { Person } from './people.ts';

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
