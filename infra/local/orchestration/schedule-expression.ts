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
