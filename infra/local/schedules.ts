import { setTimeout as delay } from 'node:timers/promises';
import { Cron } from 'croner';
import type { LocalFunction } from './functions.ts';
import { scheduleExpression } from './schedule-expression.ts';

export type ScheduleProperties = {
  ScheduleExpression: string;
  ScheduleExpressionTimezone?: string;
  State?: string;
  Target: { Input?: string };
};

/** A function that is called by the clock. */
export type Schedule = {
  target: LocalFunction;
  /** Calls the function now. Never throws: a failure goes where the template says. */
  runNow(): Promise<void>;
  /** When the clock calls it next. */
  next(): Date | null;
  stop(): void;
};

export type ScheduleOptions = {
  log(message: string): void;
  /** Takes an event that the function failed on after all retries. */
  sendFailure?: ((payload: string) => Promise<void>) | undefined;
};

/** Lambda calls a function twice more when an asynchronous call fails, after one and two minutes. */
const retryDelaysMs = [60_000, 120_000];

/** Starts calling a function as an EventBridge schedule says, in the schedule's time zone. */
export function startSchedule(
  properties: ScheduleProperties,
  target: LocalFunction,
  { log, sendFailure }: ScheduleOptions,
): Schedule {
  const stopping = new AbortController();
  const payload = properties.Target.Input ?? '{}';

  async function runNow(): Promise<void> {
    for (const wait of [...retryDelaysMs, undefined]) {
      try {
        await target.invoke(payload);
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

  const expression = scheduleExpression(properties.ScheduleExpression);
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
    target,
    runNow: guarded,
    next: () => job.nextRun(),
    stop: () => {
      job.stop();
      stopping.abort();
    },
  };
}
