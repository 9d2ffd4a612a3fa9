import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { queryMemberItems } from '#lib/members/member-items-table.ts';
import { RECORD_KEYS } from '#lib/members/member-record.ts';
import type { Log } from '#lib/platform/log.ts';
import { toStoreError } from '#lib/platform/store-error.ts';
import type { LiveModels } from '#lib/scoring/live/live-models.ts';
import { type MemberScores, memberScores, type ReadItems } from './member-scores.ts';
import type { MemberReader } from './view.ts';

/**
 * Scores over the members' table: one Query each, which costs half a read unit for most members.
 * @param today YYYY-MM-DD in the business's time zone
 */
export function memberScoresFromTable(
  client: DynamoDBClient,
  table: string,
  parts: { live: () => Promise<LiveModels>; rebuild: MemberReader['rebuild']; today: () => string; log: Log },
): MemberScores {
  const read: ReadItems = async (userId, signal) => {
    try {
      return await queryMemberItems(client, table, userId, { ...RECORD_KEYS, consistent: false, signal });
    } catch (cause) {
      throw toStoreError('read member', cause);
    }
  };
  return memberScores({ ...parts, read });
}
