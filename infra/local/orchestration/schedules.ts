import { setTimeout as delay } from 'node:timers/promises';
import { Cron } from 'croner';
import type { LocalFunction } from '#infra/local/lambda/functions.ts';
import type { LocalStateMachine } from './state-machine.ts';

export type ScheduleProperties = {
  ScheduleExpression: string;
  ScheduleExpressionTimezone?: string;
  State?: string;
  Target: { Input?: string };
};

/** What the clock starts. */
export type ScheduleTarget = {
  /** Resolves when what was started is over; throws what another attempt may help against. */
  run(payload: string): Promise<unknown>;
  /** How long to wait before each further attempt. */
  retryDelaysMs: readonly number[];
};

/** Something that is started by the clock. */
export type Schedule = {
  /** Starts it now, and waits for its end. Never throws: a failure goes where the template says. */
  runNow(): Promise<void>;
  /** Whether EventBridge calls it as soon as it is deployed: it does so with every rate that names no start. */
  isImmediate: boolean;
  /** When the clock starts it next. */
  next(): Date | null;
  stop(): void;
};

type ScheduleOptions = {
  log(message: string): void;
  /** Takes an event whose every attempt failed. */
  sendFailure?: ((payload: string) => Promise<void>) | undefined;
};

/** Lambda calls a function twice more when an asynchronous call fails, after one and two minutes. */
const retryDelaysMs: readonly number[] = [60_000, 120_000];

export const scheduledFunction = ({ invoke }: LocalFunction): ScheduleTarget => ({
  run: invoke,
  retryDelaysMs,
});

/** What fails in an execution after its start is its own business. */
export const scheduledMachine = ({ start, waitFor: ended }: LocalStateMachine): ScheduleTarget => ({
  run: async (payload) => ended(start(payload).executionArn),
  retryDelaysMs: [],
});

/** Starts its target as an EventBridge schedule says, in the schedule's time zone. */
export function startSchedule(
  properties: ScheduleProperties,
  target: ScheduleTarget,
  { log, sendFailure }: ScheduleOptions,
): Schedule {
  const stopping = new AbortController();
  const payload = properties.Target.Input ?? '{}';

  async function runNow(): Promise<void> {
    for (const wait of [...target.retryDelaysMs, undefined]) {
      try {
        await target.run(payload);
        return;
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        log(`scheduled call: ${reason}${wait === undefined ? '; given up' : `; again in ${wait / 1_000} s`}`);
      }
      if (wait === undefined) break;
      await delay(wait, undefined, { signal: stopping.signal });
    }
    await sendFailure?.(payload);
  }

  const guarded = async () => {
    await runNow().catch((error) => {
      if (!stopping.signal.aborted) log(`scheduled call: ${error}`);
    });
  };

  const expression = parseScheduleExpression(properties.ScheduleExpression);
  const every = 'everySeconds' in expression ? expression.everySeconds : undefined;
  const job = new Cron(
    'pattern' in expression ? expression.pattern : '* * * * * *',
    {
      timezone: properties.ScheduleExpressionTimezone ?? 'UTC',
      paused: properties.State === 'DISABLED',
      ...(every === undefined ? {} : { interval: every }),
    },
    guarded,
  );
  return {
    runNow: guarded,
    isImmediate: every !== undefined && properties.State !== 'DISABLED',
    next: () => job.nextRun(),
    stop: () => {
      job.stop();
      stopping.abort();
    },
  };
}

/**
 * Translates EventBridge Scheduler's `cron(…)`, `rate(…)` and `at(…)` into what croner understands: a pattern with
 * seconds and year, an ISO date, or a number of seconds between runs.
 * @throws Error for anything else
 */
export function parseScheduleExpression(expression: string): { pattern: string } | { everySeconds: number } {
  const [, kind, inside = ''] = /^(cron|rate|at)\((.*)\)$/.exec(expression.trim()) ?? [];
  if (kind === 'at') return { pattern: inside };
  if (kind === 'rate') {
    const [, count, unit = ''] = /^(\d+) (minute|hour|day)s?$/.exec(inside) ?? [];
    const seconds = { minute: 60, hour: 3_600, day: 86_400 }[unit];
    if (seconds) return { everySeconds: Number(count) * seconds };
  }
  const fields = inside.split(/\s+/);
  if (kind === 'cron' && fields.length === 6) {
    const [minute, hour, dayOfMonth, month, dayOfWeek = '', year] = fields.map((field) =>
      field.replace('?', '*'),
    );
    return { pattern: `0 ${minute} ${hour} ${dayOfMonth} ${month} ${sundayIsZero(dayOfWeek)} ${year}` };
  }
  throw new Error(`The local target does not understand the schedule ${expression}`);
}

/** AWS numbers the days of a week from 1 (Sunday), cron from 0. What follows `#` and `/` counts something else. */
function sundayIsZero(dayOfWeek: string): string {
  return dayOfWeek.replace(/(?<![#/\d])\d(?!\d)/g, (day) => String(Number(day) - 1));
}
