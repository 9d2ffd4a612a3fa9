import type { Random } from '#infra/local/host/random.ts';
import type { Act } from './acts.ts';
import {
  ACTIVITIES,
  BAD_REVIEWS,
  CHALLENGES,
  COURSES,
  type Course,
  GOOD_REVIEWS,
  LESSONS,
  LIVES,
  MIXED_REVIEWS,
  REFUND_REASONS,
  SEARCHES,
} from './content.ts';
import type { DemoGroup } from './groups.ts';
import type { Person } from './people.ts';
import type { SegmentCall } from './segment-call.ts';

type LearningEvent = Pick<SegmentCall, 'type' | 'event' | 'properties'>;

const lessonName = (lesson: number): string => `第 ${lesson} 课 ${LESSONS[(lesson - 1) % LESSONS.length]}`;

/** Keeps every member's place in every course, so that lessons come one after the other. */
export function createLearning(random: Random) {
  const places = new Map<string, number>();
  const countLessons = (person: Person, course: Course) => places.get(`${person.userId} ${course.id}`) ?? 0;

  const about = (course: Course, lesson: number) => ({
    courseId: course.id,
    courseName: course.name,
    lesson,
    lessonName: lessonName(lesson),
  });

  return {
    /** Looks at the next lesson of one of their courses, or at a course. */
    view(person: Person): LearningEvent {
      const course = random.pick(person.courses);
      if (random.chance(0.3)) {
        const { id, name, price } = course;
        return {
          type: 'track',
          event: 'Course Viewed',
          properties: { courseId: id, courseName: name, price },
        };
      }
      const lesson = Math.min(course.lessons, countLessons(person, course) + 1);
      return { type: 'track', event: 'Lesson Viewed', properties: about(course, lesson) };
    },

    /** Finishes a lesson (or hands something in); after the last one the course, which then starts again. */
    learn(person: Person): LearningEvent {
      const course = person.courses.at(random.chance(0.8) ? -1 : 0)!;
      const place = countLessons(person, course);
      if (place > 0 && random.chance(0.25)) {
        const quiz = random.chance(0.5);
        const properties = quiz
          ? { ...about(course, place), score: random.between(55, 100) }
          : about(course, place);
        return { type: 'track', event: quiz ? 'Quiz Submitted' : 'Assignment Submitted', properties };
      }
      const done = place >= course.lessons;
      places.set(`${person.userId} ${course.id}`, done ? 0 : place + 1);
      if (done) {
        const { id, name, lessons } = course;
        return {
          type: 'track',
          event: 'Course Completed',
          properties: { courseId: id, courseName: name, lessons },
        };
      }
      const minutes = random.between(6, 28);
      return {
        type: 'track',
        event: 'Lesson Completed',
        properties: { ...about(course, place + 1), minutes },
      };
    },
  };
}

type OrderEvent = Pick<SegmentCall, 'type' | 'event' | 'properties' | 'traits'> & { server?: true };

/** Turns planned purchases into Segment's ecommerce events, sent by the shop's server. */
export function createShop(random: Random) {
  const numbers = new Map<NonNullable<Act['purchase']>, string>();

  const orderId = (purchase: NonNullable<Act['purchase']>): string => {
    const id = `demo-order-${String(numbers.size + 1).padStart(5, '0')}`;
    numbers.set(purchase, id);
    return id;
  };

  return {
    /** @param identified called with the new plan when a membership was bought */
    order(person: Person, { purchase }: Act, identified: OrderEvent): OrderEvent[] {
      const { price, kind, coupon } = purchase!;
      const event = kind === 'renewal' ? 'Subscription Renewed' : 'Order Completed';
      const product = chooseProduct(person, kind, price + (coupon?.discount ?? 0), random);
      const properties = {
        order_id: orderId(purchase!),
        total: price,
        currency: 'CNY',
        ...(coupon === undefined ? {} : { coupon: coupon.code, discount: coupon.discount }),
        products: [{ ...product, quantity: 1 }],
      };
      const ordered: OrderEvent = { type: 'track', event, properties, server: true };
      if (kind !== 'membership') return [ordered];
      return [ordered, { ...identified, traits: { ...identified.traits, plan: '年度会员' } }];
    },

    refund({ purchase }: Act): OrderEvent {
      const properties = {
        order_id: numbers.get(purchase!),
        total: purchase!.price,
        currency: 'CNY',
        reason: random.pick(REFUND_REASONS),
      };
      return { type: 'track', event: 'Order Refunded', properties, server: true };
    },
  };
}

function chooseProduct(
  person: Person,
  kind: NonNullable<Act['purchase']>['kind'],
  price: number,
  random: Random,
) {
  if (kind === 'membership') return { product_id: 'demo-plan-year', name: '年度会员', price };
  if (kind === 'renewal') return { product_id: 'demo-plan-month', name: '月度会员', price };
  const offered = COURSES.filter((course) => course.price === price);
  const fresh = offered.filter((course) => !person.courses.includes(course));
  const course = random.pick(fresh.length > 0 ? fresh : offered);
  if (!person.courses.includes(course)) person.courses.push(course);
  return { product_id: course.id, name: course.name, price };
}

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
  const drawMood = ({ group }: Person) => (MOOD[group] ?? 0.76) + 0.18 * random.normal();

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
      const mood = drawMood(person);
      const rating = mood > 0.8 ? 5 : mood > 0.6 ? 4 : mood > 0.42 ? 3 : mood > 0.25 ? 2 : 1;
      const reviews = rating >= 4 ? GOOD_REVIEWS : rating === 3 ? MIXED_REVIEWS : BAD_REVIEWS;
      const second = random.pick(rating === 5 ? GOOD_REVIEWS : MIXED_REVIEWS);
      const first = random.pick(reviews);
      const text = random.chance(0.35) && second !== first ? `${first}。${second}。` : `${first}。`;
      const course = person.courses.at(-1)!.name;
      if (random.chance(0.3)) return trackOpinion('Product Reviewed', { product: course, rating, text });
      return trackOpinion('Feedback Submitted', { rating, text, courseName: course });
    },

    nps(person: Person): OpinionEvent {
      const score = Math.max(0, Math.min(10, Math.round(1.5 + 8.5 * drawMood(person))));
      return trackOpinion('NPS Submitted', { score, survey: '知识节回访' });
    },

    search: (): OpinionEvent =>
      trackOpinion('Search Performed', { query: random.pick(SEARCHES), results: random.between(0, 40) }),
  };
}
