/** The community actions that are counted, in the order in which they are shown. */
export const ACTIONS = [
  'post',
  'reply',
  'like',
  'attend',
  'accept',
  'view',
  'learn',
  'order',
  'refund',
  'signup',
  'trial',
  'invite',
  'feedback',
  'redeem',
] as const;

export type Action = (typeof ACTIONS)[number];

const DEFAULT_EVENTS: Record<Action, readonly string[]> = {
  post: ['Post Created', 'Topic Created', 'Discussion Created', 'Question Asked', 'Article Published'],
  reply: ['Reply Created', 'Comment Created', 'Answer Posted'],
  like: ['Post Liked', 'Reply Liked', 'Answer Upvoted'],
  attend: ['Activity Joined', 'Activity Attended', 'Live Attended', 'Challenge Checked In'],
  accept: ['Answer Accepted'],
  view: ['Lesson Viewed', 'Post Viewed', 'Discussion Viewed', 'Course Viewed'],
  learn: ['Lesson Completed', 'Course Completed', 'Quiz Submitted', 'Assignment Submitted'],
  order: ['Order Completed', 'Subscription Renewed'],
  refund: ['Order Refunded'],
  signup: ['Signed Up'],
  trial: ['Trial Started'],
  invite: ['Invite Sent', 'Invite Accepted'],
  feedback: ['Feedback Submitted', 'NPS Submitted', 'Product Reviewed'],
  redeem: ['Coupon Applied', 'Points Redeemed'],
};

/** Which track event names mean which action. Names compare exactly, as Segment does. */
export type Taxonomy = ReadonlyMap<string, Action>;

/**
 * The default taxonomy plus a deployment's own event names.
 * @param extra action → further event names, e.g. `{ learn: ['Homework Handed In'] }`; a name given here wins
 * @throws RangeError when an action is unknown
 */
export function buildTaxonomy(extra: Readonly<Record<string, readonly string[]>> = {}): Taxonomy {
  const names = new Map<string, Action>();
  for (const action of ACTIONS) {
    for (const name of DEFAULT_EVENTS[action]) names.set(name, action);
  }
  for (const [action, events] of Object.entries(extra)) {
    if (!ACTIONS.includes(action as Action)) {
      throw new RangeError(`taxonomy: unknown action "${action}"; use one of ${ACTIONS.join(', ')}`);
    }
    for (const name of events) names.set(name, action as Action);
  }
  return names;
}
