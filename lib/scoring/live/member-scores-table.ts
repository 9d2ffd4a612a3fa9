import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { memberItems } from '#lib/members/member-items-table.ts';
import { RECORD_KEYS } from '#lib/members/member-record.ts';
import type { Log } from '#lib/platform/log.ts';
import { storeError } from '#lib/platform/store-error.ts';
import type { LiveModels } from '#lib/scoring/live/live-models.ts';
import { memberScores, type ReadItems, type Scores } from './member-scores.ts';
import type { MemberReader } from './view.ts';

/**
 * Scores over the members' table: one Query each, which costs half a read unit for most members.
 * @param today YYYY-MM-DD in the business's time zone
 */
export function memberScoresOver(
  client: DynamoDBClient,
  table: string,
  parts: { live: () => Promise<LiveModels>; rebuild: MemberReader['rebuild']; today: () => string; log: Log },
): Scores {
  const read: ReadItems = async (userId, signal) => {
    try {
      return await memberItems(client, table, userId, { ...RECORD_KEYS, consistent: false, signal });
    } catch (cause) {
      throw storeError('read member', cause);
    }
  };
  return memberScores({ ...parts, read });
}
