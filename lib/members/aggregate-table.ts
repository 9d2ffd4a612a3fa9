import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { queryPartition } from '#lib/tracking/events-table.ts';
import { readEventItem, type StoredEvent } from '#lib/tracking/stored-event.ts';
import { type Identity, identityOver } from './identity.ts';
import { identityStore } from './identity-table.ts';
import { type MemberWriter, memberWriter } from './members-table.ts';
import { isAboutProfile } from './profile.ts';

/** Counting over the real tables. */
export function aggregateOver(
  client: DynamoDBClient,
  tables: { events: string; members: string },
): { members: MemberWriter; identity: Identity } {
  const aboutProfile = async (userId: string): Promise<StoredEvent[]> => {
    const events: StoredEvent[] = [];
    for await (const items of queryPartition(client, tables.events, userId)) {
      for (const item of items) {
        const stored = readEventItem(item);
        if (isAboutProfile(stored)) events.push(stored);
      }
    }
    return events;
  };
  return {
    members: memberWriter(client, tables.members, aboutProfile),
    identity: identityOver(identityStore(client, tables)),
  };
}
