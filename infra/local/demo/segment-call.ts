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
