import type { Random } from '#infra/local/host/random.ts';
import { type Course, LESSONS } from './content.ts';
import type { Person } from './people.ts';
import type { SegmentCall } from './segment-call.ts';

type LearningEvent = Pick<SegmentCall, 'type' | 'event' | 'properties'>;

const lessonName = (lesson: number): string => `第 ${lesson} 课 ${LESSONS[(lesson - 1) % LESSONS.length]}`;

/** Keeps every member's place in every course, so that lessons come one after the other. */
export function createLearning(random: Random) {
  const places = new Map<string, number>();
  const placeOf = (person: Person, course: Course) => places.get(`${person.userId} ${course.id}`) ?? 0;

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
      const lesson = Math.min(course.lessons, placeOf(person, course) + 1);
      return { type: 'track', event: 'Lesson Viewed', properties: about(course, lesson) };
    },

    /** Finishes a lesson (or hands something in); after the last one the course, which then starts again. */
    learn(person: Person): LearningEvent {
      const course = person.courses.at(random.chance(0.8) ? -1 : 0)!;
      const place = placeOf(person, course);
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
