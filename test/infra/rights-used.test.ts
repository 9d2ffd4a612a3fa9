import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bundleFunctions } from '#infra/bundling/bundling.ts';
import { synthesize, target } from '#test/infra/synthesize.ts';

const { all, one } = synthesize();
const dir = mkdtempSync(join(tmpdir(), 'zhiqun-rights-test-'));
const { metafile } = await bundleFunctions(dir).finally(() => rmSync(dir, { recursive: true }));

/** Operations that are in a function's bundle, as nobody bundles a command without sending it. */
function called(bundle: string, client = 'client-dynamodb'): string[] {
  const command = new RegExp(`/${client}/dist-es/commands/(\\w+)Command`);
  return Object.entries(metafile.outputs[`bundles/${bundle}/index.mjs`]!.inputs)
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => command.exec(path)?.[1])
    .filter((name) => name !== undefined)
    .filter((name) => name !== 'DescribeEndpoints'); // the client names it, but never discovers endpoints
}

const isOnStream = (action: string): boolean => /Stream|Shard|GetRecords/.test(action);

/** DynamoDB operations that a function's role may do, on whichever table. */
function granted(functionId: string): string[] {
  const role = target(one('AWS::Lambda::Function', functionId).Properties['Role']);
  const statements = all('AWS::IAM::Policy')
    .filter(({ Properties }) => Properties['Roles'].some((ref: { Ref: string }) => ref.Ref === role))
    .flatMap(({ Properties }) => Properties['PolicyDocument'].Statement);
  const actions: string[] = statements.flatMap(({ Action }) => Action);
  return actions
    .filter((action) => action.startsWith('dynamodb:'))
    .map((action) => action.slice('dynamodb:'.length));
}

// A transaction has no right of its own: it needs those of the writes in it.
const transaction = 'TransactWriteItems';
const inTransactions = ['PutItem', 'UpdateItem', 'DeleteItem'];

test.each([
  ['track', 'Track'],
  ['aggregate', 'Aggregate'],
  ['recover', 'Recover'],
  ['api', 'MembersApi'],
  ['console', 'Console'],
  ['import', 'Import'],
  ['plan', 'NightlyPlan'],
  ['snapshot', 'NightlySnapshot'],
  ['audit', 'NightlyAudit'],
  ['fit', 'NightlyFit'],
  ['score', 'NightlyScore'],
  ['publish', 'NightlyPublish'],
  ['fail-run', 'NightlyFailRun'],
  ['recount', 'RecountMembers'],
  ['rules', 'Rules'],
])('%s may do every operation that its code calls, and no other', (bundle, functionId) => {
  const calls = new Set(called(bundle));
  const rights = new Set(granted(functionId).filter((right) => !isOnStream(right)));
  expect([...calls].filter((call) => call !== transaction && !rights.has(call))).toEqual([]);
  const explained = calls.has(transaction) ? [...calls, ...inTransactions] : [...calls];
  expect([...rights].filter((right) => !explained.includes(right))).toEqual([]);
});

test('recover may do with the stream what its code calls, and nothing else', () => {
  const rights = granted('Recover').filter(isOnStream);
  expect(rights.sort()).toEqual(called('recover', 'client-dynamodb-streams').sort());
});
