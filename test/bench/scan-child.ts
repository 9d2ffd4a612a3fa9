import { ScanCommand, type ScanCommandOutput } from '@aws-sdk/client-dynamodb';
import { dynamoDb } from '#lib/platform/dynamodb.ts';

/** The peer of the snapshot: a bare Scan of the table in as many parts, with nothing done to what it brings. */
const { table, of } = JSON.parse(process.argv[2]!) as { table: string; of: number };
const client = dynamoDb(process.env);
const begun = performance.now();
let items = 0;
for (let part = 0; part < of; part += 1) {
  let start: ScanCommandOutput['LastEvaluatedKey'];
  do {
    const page: ScanCommandOutput = await client.send(
      new ScanCommand({ TableName: table, Segment: part, TotalSegments: of, ExclusiveStartKey: start }),
    );
    items += page.Items?.length ?? 0;
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
}
process.stdout.write(`${JSON.stringify({ ms: performance.now() - begun, items })}\n`);
