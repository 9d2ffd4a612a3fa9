import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { lease } from '#lib/platform/lease-table.ts';
import type { ObjectStore } from '#lib/platform/object-store.ts';
import { type CurrentModelsFile, currentModelsFile } from './current-models.ts';

const LEASE_MS = 30_000;

/**
 * `models/current.json` of a deployment; the lease on changing it lies in the control table.
 * @param patienceMs how long to wait for the lease
 */
export const deployedCurrentModelsFile = (
  client: DynamoDBClient,
  control: string,
  store: ObjectStore,
  patienceMs?: number,
): CurrentModelsFile =>
  currentModelsFile({
    store,
    lease: lease(client, control, 'models', LEASE_MS, Date.now),
    newHolder: randomUUID,
    pause,
    ...(patienceMs !== undefined && { patienceMs }),
  });
