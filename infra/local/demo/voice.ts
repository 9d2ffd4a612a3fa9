import type { Random } from '#infra/local/host/random.ts';
import {
  ACTIVITIES,
  BAD_REVIEWS,
  CHALLENGES,
  GOOD_REVIEWS,
  LIVES,
  MIXED_REVIEWS,
  SEARCHES,
} from './content.ts';
import type { DemoGroup } from './groups.ts';
import type { Person } from './people.ts';
import type { SegmentCall } from './segment-call.ts';

type OpinionEvent = Pick<SegmentCall, 'type' | 'event' | 'properties'>;
const trackOpinion = (event: string, properties: Record<string, unknown>): OpinionEvent => ({
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
export function createOpinions(random: Random) {
  const moodOf = ({ group }: Person) => (MOOD[group] ?? 0.76) + 0.18 * random.normal();

  return {
    /** Lives are on Wednesdays and Saturdays, the rest on any day. */
    attend(weekday: number): OpinionEvent {
      const lives = LIVES[weekday];
      if (lives !== undefined && random.chance(0.6)) {
        return trackOpinion('Live Attended', {
          activity: random.pick(lives),
          minutes: random.between(10, 90),
        });
      }
      if (random.chance(0.7)) {
        return trackOpinion('Challenge Checked In', {
          activity: random.pick(CHALLENGES),
          day: random.between(1, 21),
        });
      }
      return trackOpinion(random.chance(0.6) ? 'Activity Joined' : 'Activity Attended', {
        activity: random.pick(ACTIVITIES),
      });
    },

    feedback(person: Person): OpinionEvent {
      const mood = moodOf(person);
      const rating = mood > 0.8 ? 5 : mood > 0.6 ? 4 : mood > 0.42 ? 3 : mood > 0.25 ? 2 : 1;
      const words = rating >= 4 ? GOOD_REVIEWS : rating === 3 ? MIXED_REVIEWS : BAD_REVIEWS;
      const second = random.pick(rating === 5 ? GOOD_REVIEWS : MIXED_REVIEWS);
      const first = random.pick(words);
      const text = random.chance(0.35) && second !== first ? `${first}。${second}。` : `${first}。`;
      const course = person.courses.at(-1)!.name;
      if (random.chance(0.3)) return trackOpinion('Product Reviewed', { product: course, rating, text });
      return trackOpinion('Feedback Submitted', { rating, text, courseName: course });
    },

    nps(person: Person): OpinionEvent {
      const score = Math.max(0, Math.min(10, Math.round(1.5 + 8.5 * moodOf(person))));
      return trackOpinion('NPS Submitted', { score, survey: '知识节回访' });
    },

    search: (): OpinionEvent =>
      trackOpinion('Search Performed', { query: random.pick(SEARCHES), results: random.between(0, 40) }),
  };
}
