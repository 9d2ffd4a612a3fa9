/**
 * A Moodle log: the export of a course's log report, or rows of the log store by another way.
 *
 * Names of Moodle's events become ours where they mean a counted action; all others are kept under their own names.
 * A new discussion is `Discussion created` alone, so `Post created` is always a reply; `Some content has been
 * posted.` comes with both and is not counted again. The log has no ids, so an event's id comes from its row. Its
 * times name no zone: they are read in the deployment's zone, so that an event counts for the very day the log
 * shows; a mapping of your own can say `zone`.
 */
export const moodle = {
  description: 'Moodle course logs',
  userId: ['user', 'userid', 'User ID', 'username'],
  time: {
    column: ['timecreated', 'Time', '时间'],
    format: ['iso', 'epoch-s', 'd/MM/yy, HH:mm[:ss]', 'yyyy年M月d日 HH:mm[:ss]'],
  },
  event: {
    column: ['Event.name', 'Event name', 'eventname', '事件名称'],
    otherwise: 'keep',
    values: {
      'Course viewed': 'Course Viewed',
      'Course module viewed': 'Lesson Viewed',
      'Discussion viewed': 'Discussion Viewed',
      'Discussion created': 'Discussion Created',
      'Post created': 'Reply Created',
      'Comment created': 'Comment Created',
      'Course activity completion updated': 'Lesson Completed',
      'Course completed': 'Course Completed',
      'A submission has been submitted.': 'Assignment Submitted',
      'Quiz attempt submitted': 'Quiz Submitted',
      'Clicked join meeting button': 'Live Attended',
    },
  },
  properties: {
    name: { column: ['Event.context', 'Event context', '事件上下文'], optional: true },
    component: { column: ['Component', '组件'], optional: true },
    category: { column: 'Action', optional: true },
  },
};
