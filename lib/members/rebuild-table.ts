import { randomUUID } from 'node:crypto';
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { queryPartition } from '#lib/tracking/events-table.ts';
import { readEventItem, type StoredEvent } from '#lib/tracking/stored-event.ts';
import { memberItems } from './member-items-table.ts';
import { getItem, unchangedSince } from './members-table.ts';
import type { RebuildStore } from './rebuild.ts';
import { markerKey } from './rebuild-marker.ts';

// The API's own limit is 30 s; three rounds must fit.
const MARKER_WAIT_MS = 8_000;
const MARKER_LOOK_MS = 100;
const MARKER_KEPT_SECONDS = 86_400;

/** Rebuilds over the log and the members table. */
export function rebuildStore(
  client: DynamoDBClient,
  tables: { events: string; members: string },
): RebuildStore {
  return {
    items: async (userId) => [
      ...(await memberItems(client, tables.members, userId, { from: 'day#', to: 'profile' })),
      ...(await memberItems(client, tables.members, userId, { from: 'tie#', to: 'tie$' })),
    ],

    async log(userId) {
      const events: StoredEvent[] = [];
      for await (const items of queryPartition(client, tables.events, userId)) {
        for (const item of items) events.push(readEventItem(item));
      }
      return events;
    },

    async passMarker(userId) {
      const id = markerKey(randomUUID());
      const Key = { userId: { S: userId }, sk: { S: id } };
      const expiresAt = { N: String(Math.floor(Date.now() / 1000) + MARKER_KEPT_SECONDS) };
      await client.send(new PutItemCommand({ TableName: tables.events, Item: { ...Key, expiresAt } }));
      try {
        return await markerPassed(client, tables.members, userId, id);
      } finally {
        await client.send(new DeleteItemCommand({ TableName: tables.events, Key }));
      }
    },

    async replace(item, read) {
      const put = new PutItemCommand({ TableName: tables.members, Item: item, ...unchangedSince(read) });
      try {
        await client.send(put);
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },
  };
}

async function markerPassed(
  client: DynamoDBClient,
  members: string,
  userId: string,
  id: string,
): Promise<string | undefined> {
  for (const end = Date.now() + MARKER_WAIT_MS; Date.now() < end; ) {
    const item = await getItem(client, members, userId, 'rebuild');
    if (item?.['marker']?.S === id) return item['seq']?.S;
    await new Promise((resolve) => setTimeout(resolve, MARKER_LOOK_MS));
  }
  return undefined;
}
