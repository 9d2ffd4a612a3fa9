import type { Context } from 'aws-lambda';
import { audit, readCandidates, writeResult } from '#lib/audit/audit.ts';

import { createAuditDeps } from '#lib/audit/audit-table.ts';
import { runStep } from '#lib/pipeline/run/run-step.ts';
import { runRecords } from '#lib/pipeline/run/runs-table.ts';
import { readPlan } from '#lib/pipeline/run-files.ts';
import { dynamoDb } from '#lib/platform/dynamodb.ts';
import { required } from '#lib/platform/env.ts';
import { log, runIds, withLogContext } from '#lib/platform/log.ts';
import { s3Objects } from '#lib/platform/s3.ts';

const client = dynamoDb(process.env);
const store = s3Objects(process.env, required(process.env, 'DATA_BUCKET'));
const auditDeps = createAuditDeps(client, process.env);
const records = runRecords(client, required(process.env, 'CONTROL_TABLE'), Date.now);

export const handler = withLogContext(
  'audit',
  runIds,
  async ({ runId }: { runId: string }, context: Context): Promise<Record<string, never>> => {
    const result = await runStep(records, { runId, step: 'audit' }, async () => {
      const { parts, rebuilding: isRebuilding = false } = await readPlan(store, runId);
      const candidates = await readCandidates(store, runId, parts);
      const deps = auditDeps(() => context.getRemainingTimeInMillis());
      const found = await audit(candidates, { ...deps, isRebuilding });
      await writeResult(store, runId, found);
      return found;
    });
    const { examples: _, ...summary } = result;
    if (result.differing > 0) log('error', 'audit found differences', summary);
    else log('info', 'audit done', summary);
    return {};
  },
);
