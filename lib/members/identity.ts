import { anonymousPartition } from '#lib/events/ids.ts';
import type { Item } from '#lib/events/stored-event.ts';
import { forEachConcurrently } from '#lib/platform/concurrency.ts';
import { isTransient } from '#lib/platform/errors.ts';

/** Whose an anonymous id is, and the moving of its events to that member. Every method may be repeated. */
export interface Identity {
  /**
   * Links an anonymous id to a member, unless it is another's already (the first link stands), and moves
   * what the anonymous id did before to the member.
   */
  link(anonymousId: string, userId: string): Promise<void>;
  /** Moves what lies in an anonymous partition to its member, if it is linked to one. */
  moveUnlinkedEvents(partition: string): Promise<void>;
}

/** The link of an anonymous partition, and whether what lay there has been moved. */
export interface Link {
  userId: string;
  moved: boolean;
}

export interface IdentityStore {
  readLink(partition: string): Promise<Link | undefined>;
  /** writes a link where there is none and answers the one that stands */
  createLink(partition: string, userId: string): Promise<Link>;
  markMoved(partition: string): Promise<void>;
  /** all events of a partition, page by page, read consistently */
  eventPages(partition: string): AsyncIterable<Item[]>;
  /** moves an event to a member in one step; does nothing when it is no longer as it was read */
  moveEvent(item: Item, userId: string): Promise<void>;
}

const MOVES_IN_FLIGHT = 8;

/**
 * Links are written before the partition is read. So an event that the reading misses was written after the
 * link, and its own stream record finds the link: no event stays behind, whatever runs at the same time.
 */
export function createIdentity(store: IdentityStore): Identity {
  /** One that can never be moved, as it would become too large, costs nothing but itself. */
  const moveAll = async (partition: string, userId: string): Promise<void> => {
    const unmovable: unknown[] = [];
    for await (const items of store.eventPages(partition)) {
      await forEachConcurrently(items, MOVES_IN_FLIGHT, (item) =>
        store.moveEvent(item, userId).catch((error: unknown) => {
          if (isTransient(error)) throw error;
          unmovable.push(error);
        }),
      );
    }
    if (unmovable.length > 0) throw unmovable[0];
  };

  return {
    async link(anonymousId, userId) {
      const partition = anonymousPartition(anonymousId);
      const link = (await store.readLink(partition)) ?? (await store.createLink(partition, userId));
      if (link.userId !== userId || link.moved) return;
      await moveAll(partition, userId);
      await store.markMoved(partition);
    },

    async moveUnlinkedEvents(partition) {
      const link = await store.readLink(partition);
      if (link !== undefined) await moveAll(partition, link.userId);
    },
  };
}
