import { isCalendarDate } from '#lib/events/calendar.ts';
import type { RunView } from '#lib/pipeline/run/run-record.ts';
import { apiClient } from './api-client.ts';
import {
  findTarget,
  type Io,
  parseOptions,
  runCommand,
  type TargetOptions,
  targetOptions,
  targetUsage,
  UsageError,
} from './command.ts';
import { followRun } from './job-progress.ts';
import { progressBar } from './progress-bar.ts';

const usage = `npm run nightly -- [options]

Starts a nightly run of a running zhiqun now, and waits until it is done: features, models, scores and the report.

  --as-of DATE    YYYY-MM-DD: what came before this day counts (default: today). History can be replayed: the
                  models of an older day do not push newer ones aside
${targetUsage}

Ends with 0 when the run is done, 1 when it failed or could not be started, 2 when it was called wrongly.
A run goes on without this program: GET /v1/runs lists them.`;

/**
 * The command as a whole.
 * @param args as they stand behind the program's name
 * @returns the exit code
 */
export const nightlyCommand = (args: readonly string[], io: Io): Promise<number> =>
  runCommand('nightly', io, async () => {
    const { env, out, err } = io;
    const say = (line: string): unknown => out.write(`${line}\n`);
    const options = readArguments(args);
    if (options === 'help') {
      say(usage);
      return 0;
    }
    const { asOf } = options;
    const api = apiClient(findTarget(options.target, env));
    const begun = await api.request<RunView>('POST', '/v1/runs', asOf === undefined ? {} : { asOf });
    say(`The run ${begun.runId} as of ${begun.asOf} has begun; it goes on without this program too.`);
    const bar = progressBar(out, 'nightly');
    const run = await followRun(api, begun.runId, out, bar).finally(bar.clear);
    if (run.state === 'failed') {
      err.write(
        `The run failed${run.error === undefined ? '.' : ` at ${run.error.step}: ${run.error.message}`}\n`,
      );
      return 1;
    }
    say(
      run.live === false
        ? `Done. Its report, features and scores are there; the models that are live are of a later day and stay.`
        : 'Done. Its models are live, and GET /v1/reports/latest answers the report.',
    );
    return 0;
  });

interface Arguments {
  asOf: string | undefined;
  target: TargetOptions;
}

/** @throws UsageError naming what is wrong */
function readArguments(args: readonly string[]): Arguments | 'help' {
  const { values } = parseOptions(args, {
    options: {
      'as-of': { type: 'string' },
      help: { type: 'boolean', default: false },
      ...targetOptions,
    },
  });
  if (values.help) return 'help';
  const asOf = values['as-of'];
  if (asOf !== undefined && !isCalendarDate(asOf))
    throw new UsageError(`--as-of ${asOf}: expected a date like 2026-11-22`);
  return { asOf, target: values };
}

if (import.meta.main) {
  process.exitCode = await nightlyCommand(process.argv.slice(2), {
    env: process.env,
    out: process.stdout,
    err: process.stderr,
  });
}
