import { dynamoDb } from '#lib/platform/dynamodb.ts';
import { type Env, required } from '#lib/platform/env.ts';
import { countingOver } from './aggregate-table.ts';
import { countingRulesFrom } from './counting-env.ts';
import { countingFailures } from './failures-queue.ts';
import { logStream, partitionsIn } from './log-stream.ts';
import type { RecoverDeps } from './recover.ts';
import { markUncounted } from './uncounted-table.ts';

/** What making good works with, over the real tables, stream and queue. @throws Error naming the variable that is missing */
export function recovery(env: Env): Pick<RecoverDeps, 'counting' | 'partitionsIn' | 'mark' | 'handOver'> {
  const client = dynamoDb(env);
  const stream = logStream(env);
  const control = required(env, 'CONTROL_TABLE');
  const tables = { events: required(env, 'EVENTS_TABLE'), members: required(env, 'MEMBERS_TABLE') };
  return {
    counting: countingOver(client, tables, countingRulesFrom(env), Date.now),
    partitionsIn: (span) => partitionsIn(stream, span),
    mark: (ids, reason) => markUncounted(client, control, ids, reason, Date.now()),
    handOver: countingFailures(env).handOver,
  };
}
