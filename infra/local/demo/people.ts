import { createRandom, type Random } from '#infra/local/host/random.ts';
import { COURSES, type Course, INTERESTS } from './content.ts';
import { DEMO_GROUPS, type DemoGroup, GROUP_PLANS, groupSizes } from './groups.ts';
import { clampToDay, type Days, drawMoment, inPromotion } from './rhythm.ts';

/** Where a member mostly comes from; orders always come from the server. */
export type Platform = 'web' | 'ios' | 'android';

/** One demo member as the generator plans them. Days count from the opening (0) to today (119). */
export interface Person {
  index: number;
  userId: string;
  group: DemoGroup;
  joinDay: number;
  /** milliseconds since 1970 */
  joinedAt: number;
  /** days on which they may come: whole spans, first and last day */
  spans: readonly (readonly [number, number])[];
  /** from this day on they only look (members on their way out) */
  fadesFrom: number;
  /** personal factor on how often they come and how much they do */
  activityFactor: number;
  platform: Platform;
  interest: (typeof INTERESTS)[number];
  courses: Course[];
  /** pays the monthly plan */
  subscriber: boolean;
  /** present when they looked around before signing up */
  anonymousId?: string;
  inviter?: number;
}

/** The last day of doing more than looking for those who leave: nothing they do later enters the payment rule. */
const FADE_BY = 59;

/** Plans the members, ordered by the moment they joined, so that `demo-0001` was first. */
export function planPeople(seed: number, members: number, days: Days): Person[] {
  const sizes = groupSizes(members);
  const drafts = DEMO_GROUPS.flatMap((group) =>
    Array.from({ length: sizes[group] }, (_, nth) =>
      draftPerson(group, createRandom(seed, 'person', group, nth), days),
    ),
  );
  drafts.sort((a, b) => a.joinedAt - b.joinedAt);
  const people = drafts.map((draft, index) => ({
    ...draft,
    index,
    userId: `demo-${String(index + 1).padStart(4, '0')}`,
  }));
  addArrivals(people, createRandom(seed, 'arrivals'));
  return people;
}

function draftPerson(group: DemoGroup, random: Random, days: Days): Omit<Person, 'index' | 'userId'> {
  const joinDay = drawJoinDay(group, random);
  const interest = random.pick(INTERESTS);
  return {
    group,
    joinDay,
    joinedAt: clampToDay(days, joinDay, drawMoment(days, joinDay, random)),
    ...planLife(group, joinDay, random),
    activityFactor: Math.exp(0.18 * random.normal()),
    platform: random.weighted(
      ['web', 'ios', 'android'] as const,
      (p) => ({ web: 25, ios: 35, android: 40 })[p],
    ),
    interest,
    courses: [COURSES.find((course) => course.topic === interest) ?? random.pick(COURSES)],
    subscriber: ['learner', 'talker', 'helper'].includes(group) && random.chance(0.3),
  };
}

function drawJoinDay(group: DemoGroup, random: Random): number {
  const [from, to] = GROUP_PLANS[group].joins;
  const all = Array.from({ length: to - from + 1 }, (_, nth) => from + nth);
  const opening = (day: number) => (day < 4 ? 4 - day : 0);
  return random.weighted(all, (day) => opening(day) + (0.6 + day / 80) * (inPromotion(day) ? 2.5 : 1));
}

function planLife(group: DemoGroup, joinDay: number, random: Random): Pick<Person, 'spans' | 'fadesFrom'> {
  if (group === 'churner') {
    const last = Math.max(joinDay + 10, random.between(30, 88));
    return { spans: [[joinDay, last]], fadesFrom: Math.min(last - 5, FADE_BY) };
  }
  if (group === 'returning') {
    const last = joinDay + random.between(12, 28);
    return {
      spans: [
        [joinDay, last],
        [random.between(97, 112), 119],
      ],
      fadesFrom: 999,
    };
  }
  return { spans: [[joinDay, 119]], fadesFrom: 999 };
}

function addArrivals(people: Person[], random: Random): void {
  const hosts = people.filter(({ group }) => ['helper', 'talker', 'learner', 'leader'].includes(group));
  for (const person of people) {
    if (person.joinDay >= 3 && random.chance(0.2)) {
      person.anonymousId = `demo-visitor-${String(person.index + 1).padStart(4, '0')}`;
    }
    const known = hosts.filter(({ joinDay }) => joinDay + 3 <= person.joinDay);
    if (known.length > 0 && random.chance(0.22)) {
      person.inviter = random.weighted(known, ({ group }) => Math.sqrt(GROUP_PLANS[group].attraction)).index;
    }
  }
}
