import { dynamoDb } from '#lib/platform/dynamodb.ts';
import { type Env, required } from '#lib/platform/env.ts';
import { createCountingDeps } from './aggregate-table.ts';
import { countingRulesFromEnv } from './counting-env.ts';
import { countingFailures } from './failures-queue.ts';
import { createLogStream, findPartitions } from './log-stream.ts';
import type { RecoverDeps } from './recover.ts';
import { markUncounted } from './uncounted-table.ts';

/** What making good works with, over the real tables, stream and queue. @throws Error naming the variable that is missing */
export function createRecoverDeps(
  env: Env,
): Pick<RecoverDeps, 'counting' | 'partitionsIn' | 'markUncounted' | 'requestRecount'> {
  const client = dynamoDb(env);
  const stream = createLogStream(env);
  const control = required(env, 'CONTROL_TABLE');
  const tables = { events: required(env, 'EVENTS_TABLE'), members: required(env, 'MEMBERS_TABLE') };
  return {
    counting: createCountingDeps(client, tables, countingRulesFromEnv(env), Date.now),
    partitionsIn: (span) => findPartitions(stream, span),
    markUncounted: (ids, reason) => markUncounted(client, control, ids, reason, Date.now()),
    requestRecount: countingFailures(env).requestRecount,
  };
}
