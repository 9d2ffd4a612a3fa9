import type { Random } from '#infra/local/host/random.ts';
import { ACTIVITIES, BAD_WORDS, CHALLENGES, GOOD_WORDS, LIVES, SEARCHES, SO_SO_WORDS } from './content.ts';
import type { DemoGroup } from './groups.ts';
import type { Person } from './people.ts';
import type { SegmentCall } from './segment-call.ts';

type Told = Pick<SegmentCall, 'type' | 'event' | 'properties'>;
const track = (event: string, properties: Record<string, unknown>): Told => ({
  type: 'track',
  event,
  properties,
});

/** How content a member of a group tends to be, 0 to 1. */
const MOOD: Partial<Record<DemoGroup, number>> = {
  churner: 0.38,
  returning: 0.55,
  lurker: 0.6,
  helper: 0.85,
  leader: 0.9,
};

/** Activities, searches and opinions. */
export function voiceOf(random: Random) {
  const moodOf = ({ group }: Person) => (MOOD[group] ?? 0.76) + 0.18 * random.normal();

  return {
    /** Lives are on Wednesdays and Saturdays, the rest on any day. */
    attend(weekday: number): Told {
      const lives = LIVES[weekday];
      if (lives !== undefined && random.chance(0.6)) {
        return track('Live Attended', { activity: random.pick(lives), minutes: random.between(10, 90) });
      }
      if (random.chance(0.7)) {
        return track('Challenge Checked In', {
          activity: random.pick(CHALLENGES),
          day: random.between(1, 21),
        });
      }
      return track(random.chance(0.6) ? 'Activity Joined' : 'Activity Attended', {
        activity: random.pick(ACTIVITIES),
      });
    },

    feedback(person: Person): Told {
      const mood = moodOf(person);
      const rating = mood > 0.8 ? 5 : mood > 0.6 ? 4 : mood > 0.42 ? 3 : mood > 0.25 ? 2 : 1;
      const words = rating >= 4 ? GOOD_WORDS : rating === 3 ? SO_SO_WORDS : BAD_WORDS;
      const second = random.pick(rating === 5 ? GOOD_WORDS : SO_SO_WORDS);
      const first = random.pick(words);
      const text = random.chance(0.35) && second !== first ? `${first}。${second}。` : `${first}。`;
      const course = person.courses.at(-1)!.name;
      if (random.chance(0.3)) return track('Product Reviewed', { product: course, rating, text });
      return track('Feedback Submitted', { rating, text, courseName: course });
    },

    nps(person: Person): Told {
      const score = Math.max(0, Math.min(10, Math.round(1.5 + 8.5 * moodOf(person))));
      return track('NPS Submitted', { score, survey: '知识节回访' });
    },

    search: (): Told =>
      track('Search Performed', { query: random.pick(SEARCHES), results: random.between(0, 40) }),
  };
}
