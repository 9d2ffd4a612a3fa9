import { DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from '@aws-sdk/client-dynamodb-streams';
import type { StreamRecord } from '#lib/members/log-change.ts';
import { testCredentials } from '#test/engines/dynamodb.ts';

/** Reads a table's stream from its beginning, shard by shard. */
export async function tailStream(
  client: DynamoDBClient,
  endpoint: string,
  table: string,
): Promise<{ drain(): Promise<StreamRecord[]> }> {
  const streams = new DynamoDBStreamsClient({ endpoint, ...testCredentials });
  const described = await client.send(new DescribeTableCommand({ TableName: table }));
  const StreamArn = described.Table?.LatestStreamArn;
  const positions = new Map<string, string>();

  const readShard = async (ShardId: string): Promise<StreamRecord[]> => {
    const records: StreamRecord[] = [];
    for (;;) {
      const after = positions.get(ShardId);
      const start = await streams.send(
        new GetShardIteratorCommand({
          StreamArn,
          ShardId,
          ...(after === undefined
            ? { ShardIteratorType: 'TRIM_HORIZON' }
            : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: after }),
        }),
      );
      const { Records = [] } = await streams.send(
        new GetRecordsCommand({ ShardIterator: start.ShardIterator }),
      );
      const last = Records.at(-1)?.dynamodb?.SequenceNumber;
      if (last === undefined) return records;
      positions.set(ShardId, last);
      records.push(...(Records as StreamRecord[]));
    }
  };

  return {
    async drain() {
      const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
      const records: StreamRecord[] = [];
      for (const { ShardId } of StreamDescription?.Shards ?? []) {
        if (ShardId !== undefined) records.push(...(await readShard(ShardId)));
      }
      return records;
    },
  };
}
