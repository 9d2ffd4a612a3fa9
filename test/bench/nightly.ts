import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { MODEL_KINDS } from '#lib/models/model-files.ts';
import type { Plan } from '#lib/pipeline/plan.ts';
import { createClient, createTables, startEngine, testCredentials } from '#test/engines/dynamodb.ts';
import { startBucket } from '#test/engines/s3.ts';
import { pipelineMembers, writeItems } from './pipeline-members.ts';
import type { Result } from './result.ts';

// Writing 100,000 members into the engine takes minutes: ask for it with ZHIQUN_BENCH_MEMBERS=1000,10000,100000.
const SIZES = (process.env['ZHIQUN_BENCH_MEMBERS'] ?? '1000,10000').split(',').map(Number);
const MOST_SLOPE = 1;

const execute = promisify(execFile);

interface Step {
  ms: number;
  peakMb: number;
}

interface RunMeasurement {
  members: number;
  parts: number;
  /** of all steps together, without the start of their processes */
  ms: number;
  steps: Record<string, Step[]>;
  /** a bare Scan of the members in the same parts */
  scanMs: number;
}

/**
 * The whole nightly run at growing sizes on the real engines: every step is the deployed function's own handler, one after the
 * other, each in a process of its own. The time of a run counts what the handlers take, engines included.
 */
export async function run(): Promise<Result[]> {
  const runs: RunMeasurement[] = [];
  for (const members of SIZES) {
    const night = await measureRun(members);
    const steps = Object.entries(night.steps).map(
      ([name, all]) => `${name} ${total(all).toFixed(0)} ms ${peak(all).toFixed(0)} MB`,
    );
    process.stderr.write(`  ${members} members in ${night.parts} parts: ${steps.join(', ')}\n`);
    runs.push(night);
  }
  return [...runs.map(timeLine), ...runs.slice(-1).map(scanLine), ...slopeLines(runs), ...memoryLines(runs)];
}

async function measureRun(members: number): Promise<RunMeasurement> {
  const [engine, bucket] = [await startEngine(), await startBucket()];
  const client = createClient(engine.endpoint);
  const queues = new SQSClient({ endpoint: bucket.endpoint, ...testCredentials });
  try {
    const asOf = new Date().toISOString().slice(0, 10);
    const tables = await createTables(client);
    await writeItems(client, tables.members, pipelineMembers(members, asOf));
    const { QueueUrl } = await queues.send(new CreateQueueCommand({ QueueName: `failures-${randomUUID()}` }));
    const env = {
      ...process.env,
      ...bucket.env,
      SQS_ENDPOINT: bucket.endpoint,
      DYNAMODB_ENDPOINT: engine.endpoint,
      DATA_BUCKET: bucket.bucket,
      EVENTS_TABLE: tables.events,
      MEMBERS_TABLE: tables.members,
      CONTROL_TABLE: tables.control,
      FAILURES_QUEUE_URL: QueueUrl,
      ZHIQUN_TIME_ZONE: 'UTC',
      ZHIQUN_CURRENCY: 'CNY',
    };
    const step = stepRunner(env);
    const runId = `bench-${members}`;
    const { parts } = (await step.run('plan', 'plan', { runId, asOf })) as Plan;
    const scanTask = JSON.stringify({ table: tables.members, of: parts.length });
    const scan = () => child<{ ms: number }>('scan-child.ts', [scanTask], env);
    const before = await scan();
    for (const part of parts) await step.run('snapshot', 'snapshot', part);
    const scanMs = (before.ms + (await scan()).ms) / 2;
    for (const kind of MODEL_KINDS) await step.run(`fit-${kind}`, 'fit', { runId, asOf, kind });
    for (const part of parts) await step.run('score', 'score', part);
    await step.run('publish', 'publish', { runId, asOf });
    await expectWhole(members, (key) => readObject(bucket, key), { runId, asOf });
    const { steps } = step;
    return { members, parts: parts.length, ms: total(Object.values(steps).flat()), steps, scanMs };
  } finally {
    client.destroy();
    queues.destroy();
    await bucket.stop();
    await engine.stop();
  }
}

/** @throws Error when the run has left out members, or the models that make it long */
async function expectWhole(
  members: number,
  read: (key: string) => Promise<Record<string, unknown>>,
  { runId, asOf }: { runId: string; asOf: string },
): Promise<void> {
  const counted = (await read(`reports/${asOf}.json`))['members'];
  if (counted !== members) throw new Error(`the report counts ${counted} members, not ${members}`);
  for (const kind of MODEL_KINDS) {
    const { status } = await read(`runs/${runId}/fits/${kind}.json`);
    if (status !== 'fitted') throw new Error(`the ${kind} model is ${status}`);
  }
}

async function readObject(
  { client, bucket }: Awaited<ReturnType<typeof startBucket>>,
  key: string,
): Promise<Record<string, unknown>> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return JSON.parse((await Body?.transformToString()) ?? '{}') as Record<string, unknown>;
}

function stepRunner(env: NodeJS.ProcessEnv) {
  const steps: Record<string, Step[]> = {};
  return {
    steps,
    async run(name: string, file: string, task: object): Promise<unknown> {
      const { answer, ...step } = await child<Step & { answer: unknown }>(
        'function-child.ts',
        [file, JSON.stringify(task)],
        env,
      );
      steps[name] = [...(steps[name] ?? []), step];
      return answer;
    },
  };
}

/** Runs a script beside this one to its end. @returns its last line, read as JSON */
async function child<T>(script: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<T> {
  try {
    const { stdout } = await execute(process.execPath, [join(import.meta.dirname, script), ...args], {
      env,
      maxBuffer: 16 * 1024 * 1024,
    });
    return JSON.parse(stdout.trim().split('\n').at(-1)!) as T;
  } catch (cause) {
    const { stderr = '' } = cause as { stderr?: string };
    throw new Error(`${script} ${args.join(' ')} failed: ${stderr.trim().slice(0, 600)}`, { cause });
  }
}

const total = (steps: readonly Step[]): number => steps.reduce((sum, { ms }) => sum + ms, 0);
const peak = (steps: readonly Step[]): number => Math.max(...steps.map(({ peakMb }) => peakMb));

const timeLine = ({ members, parts, ms }: RunMeasurement): Result => ({
  name: `nightly, ${members} members`,
  value: `${(ms / 1_000).toFixed(1)} s in ${parts} parts, ${((ms * 1_000) / members).toFixed(0)} µs per member`,
  target: 'counted whole',
  ok: true,
});

/** The snapshot of so many members costs little more than to read them. */
function scanLine({ members, steps, scanMs }: RunMeasurement): Result {
  const ratio = total(steps['snapshot'] ?? []) / scanMs;
  return {
    name: `nightly, ${members} members, snapshot / bare Scan`,
    value: `${ratio.toFixed(2)} ×`,
    target: '≤ 2 ×',
    ok: ratio <= 2,
  };
}

/** How time grows with members, on log-log paper. The last step counts too: what is the same at any size hides the rest. */
function slopeLines(nights: readonly RunMeasurement[]): Result[] {
  if (nights.length < 2) return [];
  const [first, before, last] = [nights[0]!, nights.at(-2)!, nights.at(-1)!];
  const slope = (a: RunMeasurement, b: RunMeasurement) =>
    Math.log(b.ms / a.ms) / Math.log(b.members / a.members);
  const [whole, end] = [slope(first, last), slope(before, last)];
  return [
    {
      name: `nightly, slope ${first.members} → ${last.members} (last step)`,
      value: `${whole.toFixed(2)} (${end.toFixed(2)})`,
      target: `≤ ${MOST_SLOPE.toFixed(1)}`,
      ok: whole <= MOST_SLOPE && end <= MOST_SLOPE,
    },
  ];
}

/** A segment's peak may grow with the segment, up to what a part holds at most, but must stay within the function's memory. */
function memoryLines(nights: readonly RunMeasurement[]): Result[] {
  return ['snapshot', 'score'].map((step) => {
    const peaks = nights.map(({ steps }) => peak(steps[step] ?? []));
    return {
      name: `nightly, peak memory of a ${step} segment`,
      value: `${peaks.map((mb) => mb.toFixed(0)).join(' → ')} MB`,
      target: '≤ 400 MB',
      ok: Math.max(...peaks) <= 400,
    };
  });
}
