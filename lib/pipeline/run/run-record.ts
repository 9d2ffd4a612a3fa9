import type { AttributeValue } from '#lib/platform/attributes.ts';
import { type RunView, STEPS, type StepName, type StepView } from './run-view.ts';

/** One nightly run as the control table holds it. Times are milliseconds since 1970. */
export interface RunRecord {
  runId: string;
  asOf: string;
  startedBy: string;
  state: RunView['state'];
  startedAt: number;
  /** when a step last said that it is at work */
  heardAt: number;
  endedAt?: number;
  live?: boolean;
  error?: { step: StepName; message: string };
  steps: Partial<Record<StepName, StepRecord>>;
}

interface StepRecord {
  begunAt?: number;
  endedAt?: number;
  /** parts there are, and those that are done */
  of?: number;
  done: number;
  /** why the last attempt failed; gone when a later one came to its end */
  fault?: string;
}

/** A run that nothing was heard of for this long has died without a word. */
export const SILENCE_MS = 60 * 60_000;

/** The key of a run in the control table. */
export const runKey = (runId: string): Record<string, AttributeValue> => ({
  pk: { S: 'run' },
  sk: { S: runId },
});

export function readRunItem(item: Record<string, AttributeValue>): RunRecord {
  const number = (name: string): number | undefined =>
    item[name]?.N === undefined ? undefined : Number(item[name].N);
  const steps: RunRecord['steps'] = {};
  for (const step of STEPS) {
    const [begunAt, endedAt, of] = [number(`begun:${step}`), number(`ended:${step}`), number(`of:${step}`)];
    const parts = item[`parts:${step}`]?.NS ?? [];
    const isOvercome = parts.includes(item[`faultPart:${step}`]?.N ?? '');
    const fault = isOvercome ? undefined : item[`fault:${step}`]?.S;
    if (begunAt === undefined && endedAt === undefined && fault === undefined) continue;
    steps[step] = {
      done: parts.length,
      ...(begunAt !== undefined && { begunAt }),
      ...(endedAt !== undefined && { endedAt }),
      ...(of !== undefined && { of }),
      ...(fault !== undefined && { fault }),
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
  const silent = record.state === 'running' && record.heardAt + SILENCE_MS < now;
  const state = silent ? 'failed' : record.state;
  const error = silent
    ? {
        step: stepAtWork(record),
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

/** The first step that has begun and not ended; of those beside each other one with a fault. */
export function stepAtWork({ steps }: Pick<RunRecord, 'steps'>): StepName {
  const open = STEPS.filter((name) => steps[name] !== undefined && !isDone(steps[name]));
  const faulty = open.find((name) => steps[name]?.fault !== undefined);
  return faulty ?? open[0] ?? STEPS.find((name) => steps[name] === undefined) ?? 'publish';
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
