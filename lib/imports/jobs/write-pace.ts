import type { WritePace } from '#lib/events/events-table.ts';

const MIN_CALLS = 1;
const INITIAL_CALLS = 8;
const MAX_CALLS = 32;
const CALLS_TO_SPEED_UP = 20;

/**
 * A pace that finds out how much a table takes: one more call at once after every 20 that went well, half as many
 * when the table refused something (additive increase, multiplicative decrease, as TCP does).
 */
export function adaptivePace(): WritePace {
  let calls = INITIAL_CALLS;
  let wentWell = 0;
  return {
    callsInFlight: () => calls,
    onCallDone(refused) {
      if (refused) {
        calls = Math.max(MIN_CALLS, Math.floor(calls / 2));
        wentWell = 0;
      } else {
        wentWell += 1;
        if (wentWell % CALLS_TO_SPEED_UP === 0) calls = Math.min(MAX_CALLS, calls + 1);
      }
    },
  };
}
