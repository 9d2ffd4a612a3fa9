import type { AttributeValue } from '#lib/platform/dynamodb.ts';

/** One nightly run as the control table holds it. Times are milliseconds since 1970. */
export interface RunRecord {
  runId: string;
  asOf: string;
  startedBy: string;
  state: RunView['state'];
  startedAt: number;
  /** the last heartbeat */
  heardAt: number;
  endedAt?: number;
  live?: boolean;
  error?: { step: StepName; message: string };
  steps: Partial<Record<StepName, StepRecord>>;
}

/** Finds the record of a run; undefined when there is none. @throws StoreError */
export type FindRun = (runId: string) => Promise<RunRecord | undefined>;

/**
 * The records of the pipeline's runs, and the lease: one run at a time holds it, and every heartbeat prolongs it for an
 * hour. Every method may be called twice. All methods throw StoreError.
 */
export interface RunRecords {
  /** @returns who holds the lease afterwards; another run's id means that this one must not begin */
  acquireLease(runId: string): Promise<string>;
  releaseLease(runId: string): Promise<void>;
  /** writes a new record, unless there is one */
  create(run: Pick<RunRecord, 'runId' | 'asOf' | 'startedBy'>): Promise<void>;
  /**
   * A step, or one of its parts, is at work.
   * @param of how many parts the step has
   * @throws Error when the run has failed meanwhile or lost the lease to another
   */
  begin(runId: string, step: StepName, of?: number): Promise<void>;
  partDone(runId: string, step: StepName, part: number): Promise<void>;
  end(runId: string, step: StepName): Promise<void>;
  /** An attempt at a step failed; another may follow. */
  recordFailure(runId: string, step: StepName, message: string, part?: number): Promise<void>;
  /** The run is over; gives the lease back. @param live whether its models went live */
  finish(runId: string, live: boolean): Promise<void>;
  /**
   * The run has failed; gives the lease back. A run that is over already stays as it is.
   * @param asOf for a run that failed before it had a record
   */
  fail(runId: string, step: StepName, message: string, asOf: string): Promise<void>;
}

interface StepRecord {
  begunAt?: number;
  endedAt?: number;
  /** parts there are, and those that are done */
  of?: number;
  done: number;
  /** why the last attempt failed; gone when a later one came to its end */
  failure?: string;
}

/** A run without a heartbeat for this long is dead: its lease expires. */
export const LEASE_MS = 60 * 60_000;

/** The key of a run in the control table. */
export const runKey = (runId: string): Record<string, AttributeValue> => ({
  pk: { S: 'run' },
  sk: { S: runId },
});

export function parseRunItem(item: Record<string, AttributeValue>): RunRecord {
  const number = (name: string): number | undefined =>
    item[name]?.N === undefined ? undefined : Number(item[name].N);
  const steps: RunRecord['steps'] = {};
  for (const step of STEPS) {
    const [begunAt, endedAt, of] = [number(`begun:${step}`), number(`ended:${step}`), number(`of:${step}`)];
    const parts = item[`parts:${step}`]?.NS ?? [];
    const isOvercome = parts.includes(item[`faultPart:${step}`]?.N ?? '');
    const failure = isOvercome ? undefined : item[`fault:${step}`]?.S;
    if (begunAt === undefined && endedAt === undefined && failure === undefined) continue;
    steps[step] = {
      done: parts.length,
      ...(begunAt !== undefined && { begunAt }),
      ...(endedAt !== undefined && { endedAt }),
      ...(of !== undefined && { of }),
      ...(failure !== undefined && { failure }),
    };
  }
  const step = item['errorStep']?.S as StepName | undefined;
  const endedAt = number('endedAt');
  return {
    runId: item['sk']?.S ?? '',
    asOf: item['asOf']?.S ?? '',
    startedBy: item['startedBy']?.S ?? 'schedule',
    state: (item['state']?.S ?? 'failed') as RunRecord['state'],
    startedAt: number('startedAt') ?? 0,
    heardAt: number('heardAt') ?? 0,
    ...(endedAt !== undefined && { endedAt }),
    ...(item['live']?.BOOL !== undefined && { live: item['live'].BOOL }),
    ...(step !== undefined && { error: { step, message: item['errorMessage']?.S ?? '' } }),
    steps,
  };
}

/**
 * What a record says about its run.
 * @param now milliseconds since 1970
 */
export function runView(record: RunRecord, now: number): RunView {
  const { runId, asOf, startedBy, startedAt, endedAt, live } = record;
  const silent = record.state === 'running' && record.heardAt + LEASE_MS < now;
  const state = silent ? 'failed' : record.state;
  const error = silent
    ? {
        step: currentStep(record),
        message: `Nothing was heard of this run since ${iso(record.heardAt)}: it was stopped from outside. Start a new one.`,
      }
    : record.error;
  return {
    runId,
    state,
    asOf,
    startedBy,
    startedAt: iso(startedAt),
    ...(endedAt !== undefined && { endedAt: iso(endedAt) }),
    // A run of an earlier release does not have all steps of today.
    steps: STEPS.filter((name) => state !== 'done' || record.steps[name] !== undefined).map((name) =>
      stepView(name, record.steps[name], state, error?.step),
    ),
    ...(error !== undefined && { error }),
    ...(live !== undefined && { live }),
  };
}

/** The first step that has begun and not ended; of parallel ones one with a failure. */
export function currentStep({ steps }: Pick<RunRecord, 'steps'>): StepName {
  const open = STEPS.filter((name) => steps[name] !== undefined && !isDone(steps[name]));
  const failing = open.find((name) => steps[name]?.failure !== undefined);
  return failing ?? open[0] ?? STEPS.find((name) => steps[name] === undefined) ?? 'publish';
}

const isDone = ({ endedAt, of, done }: StepRecord): boolean =>
  of === undefined ? endedAt !== undefined : done >= of;

function stepView(
  name: StepName,
  step: StepRecord | undefined,
  run: RunView['state'],
  failed: StepName | undefined,
): StepView {
  if (step === undefined) return { name, state: name === failed ? 'failed' : 'waiting' };
  const ended = isDone(step);
  // What was under way beside the step that failed was given up with it.
  const isFailed = !ended && run !== 'running';
  return {
    name,
    state: ended ? 'done' : isFailed || name === failed ? 'failed' : 'running',
    ...(step.of !== undefined && { done: step.done, of: step.of }),
    ...(step.begunAt !== undefined && { startedAt: iso(step.begunAt) }),
    ...(ended && step.endedAt !== undefined && { endedAt: iso(step.endedAt) }),
  };
}

const iso = (ms: number): string => new Date(ms).toISOString();

/** The steps of a nightly run, in order; the fits run beside each other. */
export const STEPS = [
  'plan',
  'snapshot',
  'audit',
  'fit-community',
  'fit-profiles',
  'fit-lifecycle',
  'fit-value',
  'fit-influence',
  'score',
  'publish',
] as const;
export type StepName = (typeof STEPS)[number];

export interface StepView {
  name: StepName;
  state: 'waiting' | 'running' | 'done' | 'failed';
  /** parts done so far, and how many there are; of `snapshot` and `score` */
  done?: number;
  of?: number;
  startedAt?: string;
  endedAt?: string;
}

/** One nightly run, as `GET /v1/runs/{runId}` answers it. */
export interface RunView {
  runId: string;
  state: 'running' | 'done' | 'failed';
  asOf: string;
  /** the id of the key that asked for it, or `schedule` */
  startedBy: string;
  startedAt: string;
  endedAt?: string;
  steps: StepView[];
  /** which step failed, and why */
  error?: { step: StepName; message: string };
  /** whether its models went live; not when newer ones are */
  live?: boolean;
}

/** Nightly runs as the API sees them. */
export interface Runs {
  /**
   * Starts a run. @param asOf YYYY-MM-DD, today by default
   * @throws ApiError 409 `run_in_progress` naming the one that is under way; 400 for a date in the future
   */
  start(request: { asOf?: string | undefined; by: string }): Promise<RunView>;
  get(runId: string): Promise<RunView | undefined>;
  /** newest first, at most 50 */
  list(): Promise<RunView[]>;
}
