import { isCalendarDate } from '#lib/events/calendar.ts';
import type { RebuildView } from '#lib/rebuilds/rebuild-view.ts';
import { type ApiClient, apiClient } from './api-client.ts';
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
import { followRebuild, formatExamples, formatFailure, formatFindings } from './job-progress.ts';

const usage = `npm run rebuild -- [options]

Counts the members of a running zhiqun again from the event log, and waits until all are done: after a restore or lost
records. (A changed taxonomy, time zone or currency starts it by itself.) Events may go on coming meanwhile.

  --member ID     only this member; may be repeated, up to 1,000 times (default: all members)
  --day DATE      YYYY-MM-DD: only this day
  --from DATE     only days from this one on
  --to DATE       only days up to this one
  --resume ID     goes on with a rebuild that stopped, where it was
${targetUsage}

Ends with 0 when it is done, 1 when it stopped, could not be started or a member is unknown, 2 when it was called wrongly.
It goes on without this program: GET /v1/rebuilds lists them.`;

const MAX_MEMBERS = 1_000;

/**
 * The command as a whole.
 * @param args as they stand behind the program's name
 * @returns the exit code
 */
export const rebuildCommand = (args: readonly string[], io: Io): Promise<number> =>
  runCommand('rebuild', io, async () => {
    const say = (line: string): unknown => io.out.write(`${line}\n`);
    const options = readArguments(args);
    if (options === 'help') {
      say(usage);
      return 0;
    }
    const api = apiClient(findTarget(options.target, io.env));
    const begun = await startRebuild(api, options);
    say(`The rebuild ${begun.recountId} has begun; it goes on without this program too.`);
    const job = await followRebuild(api, begun.recountId, io.out, 'rebuild');
    for (const line of [...formatFindings(job), ...formatExamples(job)]) say(line);
    if (job.state !== 'done') {
      io.err.write(formatFailure(job));
      return 1;
    }
    const unknown = (job.scope.members ?? 0) - job.membersChecked;
    if (unknown > 0) io.err.write(formatUnknown(unknown, job, options.members));
    return unknown > 0 || job.membersFailed > 0 ? 1 : 0;
  });

/** @param members as they were named; undefined of a job that was resumed */
function formatUnknown(unknown: number, { scope }: RebuildView, members: readonly string[] = []): string {
  const [only] = members;
  const whom =
    members.length === 1
      ? `--member ${only}: nothing is known of this member.`
      : `Nothing is known of ${unknown} of the ${scope.members} members that were named.`;
  return `${whom} Ids are written exactly as apps send them; those of visitors begin with anon:\n`;
}

const startRebuild = (api: ApiClient, { resume, ...scope }: Arguments): Promise<RebuildView> => {
  if (resume !== undefined) return api.request('POST', `/v1/rebuilds/${encodeURIComponent(resume)}/resume`);
  const { members, from, to } = scope;
  return api.request('POST', '/v1/rebuilds', { members, from, to });
};

interface Arguments {
  members: string[] | undefined;
  from: string | undefined;
  to: string | undefined;
  resume: string | undefined;
  target: TargetOptions;
}

/** @throws UsageError naming what is wrong */
export function readArguments(args: readonly string[]): Arguments | 'help' {
  const { values } = parseOptions(args, {
    options: {
      member: { type: 'string', multiple: true },
      day: { type: 'string' },
      from: { type: 'string' },
      to: { type: 'string' },
      resume: { type: 'string' },
      help: { type: 'boolean', default: false },
      ...targetOptions,
    },
  });
  if (values.help) return 'help';
  const { member: members, day, resume } = values;
  if (day !== undefined && (values.from ?? values.to) !== undefined)
    throw new UsageError('--day stands for itself: leave out --from and --to');
  const [from, to] = [
    parseDate('--from', values.from) ?? parseDate('--day', day),
    parseDate('--to', values.to) ?? day,
  ];
  if (from !== undefined && to !== undefined && to < from)
    throw new UsageError(`--to ${to} is before --from ${from}`);
  if (resume !== undefined && (members ?? from ?? to) !== undefined)
    throw new UsageError('--resume goes on with what was begun: leave out --member, --day, --from and --to');
  if (members !== undefined && members.length > MAX_MEMBERS)
    throw new UsageError(`--member: at most ${MAX_MEMBERS} at once`);
  return { members, from, to, resume, target: values };
}

function parseDate(option: string, value: string | undefined): string | undefined {
  if (value !== undefined && !isCalendarDate(value))
    throw new UsageError(`${option} ${value}: expected a date like 2026-11-22`);
  return value;
}

if (import.meta.main) {
  process.exitCode = await rebuildCommand(process.argv.slice(2), {
    env: process.env,
    out: process.stdout,
    err: process.stderr,
  });
}
