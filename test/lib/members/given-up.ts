import { DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from '@aws-sdk/client-dynamodb-streams';
import { buildFailureMessage } from '#infra/local/streams/batch.ts';
import { type StreamRecord, toStreamRecord } from '#infra/local/streams/record.ts';
import { testCredentials } from '#test/engines/dynamodb.ts';

export interface Shard {
  streamArn: string;
  shardId: string;
  records: StreamRecord[];
}

/** The shards of a table's stream with all their records. */
export async function readShards(client: DynamoDBClient, endpoint: string, table: string): Promise<Shard[]> {
  const streams = new DynamoDBStreamsClient({ endpoint, ...testCredentials });
  const described = await client.send(new DescribeTableCommand({ TableName: table }));
  const streamArn = described.Table?.LatestStreamArn ?? '';
  const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn: streamArn }));
  return Promise.all(
    (StreamDescription?.Shards ?? []).map(async ({ ShardId: shardId = '' }) => {
      const at = { StreamArn: streamArn, ShardId: shardId, ShardIteratorType: 'TRIM_HORIZON' } as const;
      let { ShardIterator } = await streams.send(new GetShardIteratorCommand(at));
      const records: StreamRecord[] = [];
      while (ShardIterator !== undefined) {
        const page = await streams.send(new GetRecordsCommand({ ShardIterator }));
        if (page.Records?.length === 0) break;
        records.push(...(page.Records ?? []).map((read) => toStreamRecord(read, streamArn)!));
        ShardIterator = page.NextShardIterator;
      }
      return { streamArn, shardId, records };
    }),
  );
}

/** What Lambda says when it gives records up. */
export function giveUpMessage({ streamArn, shardId, records }: Shard): string {
  return buildFailureMessage(records, {
    condition: 'RecordAgeExceeded',
    attempts: 2_000,
    functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:aggregate',
    streamArn,
    shardId,
    now: new Date(),
    threw: true,
  });
}

/** The messages for the records of these partitions, and what lies between them. */
export function giveUpMessages(shards: readonly Shard[], ...partitions: readonly string[]): string[] {
  const isWanted = ({ item }: StreamRecord): boolean => partitions.some((id) => item.includes(`"${id}"`));
  return shards.flatMap((shard) => {
    const first = shard.records.findIndex(isWanted);
    if (first < 0) return [];
    const records = shard.records.slice(first, shard.records.findLastIndex(isWanted) + 1);
    return [giveUpMessage({ ...shard, records })];
  });
}
