import { type Item, parseEventItem } from '#lib/events/stored-event.ts';
import { type Contribution, type CountingRules, computeContribution } from './contribution.ts';

/** An event of the log as counting sees it. */
export interface CountedEvent {
  sk: string;
  /** ISO time */
  receivedAt: string;
  /** seconds since 1970 */
  expiresAt: number;
  /** undefined when it is only stored */
  contribution: Contribution | undefined;
}

/** What items of the log contribute. One that does not read contributes nothing: its own stream record was set aside. */
export function* parseCountedEvents(items: readonly Item[], rules: CountingRules): Generator<CountedEvent> {
  for (const item of items) {
    const event = undefinedIfUnreadable(() => {
      const stored = parseEventItem(item);
      const { sk, receivedAt, expiresAt } = stored;
      return { sk, receivedAt, expiresAt, contribution: computeContribution(stored, rules) };
    });
    if (event !== undefined) yield event;
  }
}

function undefinedIfUnreadable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof TypeError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
