import type { RebuildView } from '#lib/rebuilds/rebuild-view.ts';
import { apiClient } from './api-client.ts';
import {
  findTarget,
  type Io,
  parseOptions,
  runCommand,
  targetOptions,
  targetUsage,
  UsageError,
} from './command.ts';
import { followRebuild, formatExamples, formatFailure, formatFindings } from './job-progress.ts';

const usage = `npm run audit -- --all [options]

Compares all that is counted of every member of a running zhiqun with the event log. What differs is put right as well.

  --all           the whole community
${targetUsage}

Ends with 0 when everything agrees, 1 when anything differed that counting had come to long ago, or when the audit could
not be done, 2 when it was called wrongly.`;

const NOT_ALL =
  'The nightly audit is part of the nightly run; npm run audit -- --all compares the whole community with the log now.';

/**
 * The command as a whole.
 * @param args as they stand behind the program's name
 * @returns the exit code
 */
export const auditCommand = (args: readonly string[], io: Io): Promise<number> =>
  runCommand('audit', io, async () => {
    const say = (line: string): unknown => io.out.write(`${line}\n`);
    const { values } = parseOptions(args, {
      options: {
        all: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
        ...targetOptions,
      },
    });
    if (values.help) {
      say(usage);
      return 0;
    }
    if (!values.all) throw new UsageError(NOT_ALL);
    const api = apiClient(findTarget(values, io.env));
    const { recountId } = await api.request<RebuildView>('POST', '/v1/rebuilds', {});
    say(`The audit has begun, as the rebuild ${recountId}; it goes on without this program too.`);
    const job = await followRebuild(api, recountId, io.out, 'audit');
    for (const line of formatFindings(job)) say(line);
    if (job.state !== 'done') {
      io.err.write(formatFailure(job));
      return 1;
    }
    const differing = job.itemsRepaired - job.itemsRecent;
    if (differing > 0) {
      io.err.write(`${differing} of what was counted differed from the log:\n`);
      io.err.write(`${formatExamples(job).join('\n')}\n`);
    }
    const isGood = differing === 0 && job.membersFailed === 0;
    if (isGood) say('What is counted agrees with the log.');
    return isGood ? 0 : 1;
  });

if (import.meta.main) {
  process.exitCode = await auditCommand(process.argv.slice(2), {
    env: process.env,
    out: process.stdout,
    err: process.stderr,
  });
}
