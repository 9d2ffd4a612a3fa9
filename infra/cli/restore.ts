import {
  ConditionalCheckFailedException,
  DescribeTableCommand,
  type DynamoDBClient,
  PutItemCommand,
  paginateScan,
} from '@aws-sdk/client-dynamodb';
import { forEachConcurrently } from '#lib/platform/concurrency.ts';
import { dynamoDb } from '#lib/platform/dynamodb.ts';
import { type Io, parseOptions, runCommand, UsageError } from './command.ts';
import { formatCount } from './import-progress.ts';
import { type Output, progressBar } from './progress-bar.ts';

const usage = `npm run restore -- --from TABLE --to TABLE

Copies into a table what another one has and it has not, item by item. The other one is what DynamoDB restored from a
point in time: such a table has no stream, no expiry and no recovery of its own, so it cannot take the place of the lost
one. Nothing that is there is overwritten. What comes back into the event log is counted as it comes.

  --from TABLE    the restored table
  --to TABLE      the table of the stack (its outputs name it)
  --help          this text

Uses the AWS credentials and the region of your environment, which need dynamodb:Scan on the one, dynamodb:PutItem on the
other and dynamodb:DescribeTable on both; DYNAMODB_ENDPOINT names another engine. It may be stopped and called again.`;

const WRITES_IN_FLIGHT = 32;

/**
 * The command as a whole.
 * @param args as they stand behind the program's name
 * @returns the exit code
 */
export const restoreCommand = (args: readonly string[], io: Io): Promise<number> =>
  runCommand('restore', io, async () => {
    const { env, out } = io;
    const options = readArguments(args);
    if (options === 'help') {
      out.write(`${usage}\n`);
      return 0;
    }
    const { read, written } = await copyMissing(dynamoDb(env), options, out);
    out.write(
      `${formatCount(read)} items were read, ${formatCount(written)} of them were missing and are back.\n` +
        'Then: npm run rebuild, and npm run audit -- --all.\n',
    );
    return 0;
  });

async function copyMissing(
  client: DynamoDBClient,
  { from, to }: { from: string; to: string },
  out: Output,
): Promise<{ read: number; written: number }> {
  const [source, target] = await Promise.all([describe(client, from), describe(client, to)]);
  if (source.keys !== target.keys)
    throw new UsageError(
      `${from} has the keys ${source.keys}, ${to} has ${target.keys}: not the same kind of table`,
    );
  const bar = progressBar(out, 'restore');
  const name = source.keys.split(' ')[0] ?? '';
  let [read, written] = [0, 0];
  try {
    for await (const { Items = [] } of paginateScan({ client }, { TableName: from, ConsistentRead: true })) {
      await forEachConcurrently(Items, WRITES_IN_FLIGHT, async (Item) => {
        const put = {
          TableName: to,
          Item,
          ConditionExpression: 'attribute_not_exists(#key)',
          ExpressionAttributeNames: { '#key': name },
        };
        if (await writeIfMissing(client.send(new PutItemCommand(put)))) written += 1;
      });
      read += Items.length;
      bar.show(
        read / Math.max(read, source.items),
        `${formatCount(read)} read, ${formatCount(written)} back`,
      );
    }
  } finally {
    bar.clear();
  }
  return { read, written };
}

async function describe(client: DynamoDBClient, name: string): Promise<{ keys: string; items: number }> {
  const { Table } = await client.send(new DescribeTableCommand({ TableName: name }));
  const keys = (Table?.KeySchema ?? []).map(({ AttributeName }) => AttributeName).join(' ');
  return { keys, items: Table?.ItemCount ?? 0 };
}

async function writeIfMissing(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

/** @throws UsageError naming what is wrong or missing */
function readArguments(args: readonly string[]): { from: string; to: string } | 'help' {
  const { values } = parseOptions(args, {
    options: {
      from: { type: 'string' },
      to: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const { from, to } = values;
  if (from === undefined || to === undefined)
    throw new UsageError('--from and --to are needed, both names of tables');
  if (from === to) throw new UsageError(`--from and --to both name ${from}`);
  return { from, to };
}

if (import.meta.main) {
  process.exitCode = await restoreCommand(process.argv.slice(2), {
    env: process.env,
    out: process.stdout,
    err: process.stderr,
  });
}
