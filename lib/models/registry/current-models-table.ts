import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { lease } from '#lib/platform/lease-table.ts';
import type { ObjectStore } from '#lib/platform/object-store.ts';
import { type CurrentFile, currentFile } from './current-models.ts';

const TURN_MS = 30_000;

/**
 * `models/current.json` of a deployment; whose turn it is to change it stands in the control table.
 * @param patienceMs how long to wait for one's turn
 */
export const currentFileOver = (
  client: DynamoDBClient,
  control: string,
  store: ObjectStore,
  patienceMs?: number,
): CurrentFile =>
  currentFile({
    store,
    turn: lease(client, control, 'models', TURN_MS, Date.now),
    newHolder: randomUUID,
    pause,
    ...(patienceMs !== undefined && { patienceMs }),
  });
