import type { Pace } from '#lib/events/events-table.ts';

const LEAST = 1;
const AT_FIRST = 8;
const MOST = 32;
const CALLS_TO_SPEED_UP = 20;

/**
 * A pace that finds out how much a table takes: one more call at once after every 20 that went well, half as many
 * when the table refused something (additive increase, multiplicative decrease, as TCP does).
 */
export function adaptivePace(): Pace {
  let calls = AT_FIRST;
  let wentWell = 0;
  return {
    callsInFlight: () => calls,
    noted(refused) {
      if (refused) {
        calls = Math.max(LEAST, Math.floor(calls / 2));
        wentWell = 0;
      } else {
        wentWell += 1;
        if (wentWell % CALLS_TO_SPEED_UP === 0) calls = Math.min(MOST, calls + 1);
      }
    },
  };
}
