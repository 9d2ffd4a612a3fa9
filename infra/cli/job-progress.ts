import type { RunView, StepView } from '#lib/pipeline/run/run-record.ts';
import type { RebuildView } from '#lib/rebuilds/rebuild-view.ts';
import { type ApiClient, followJob } from './api-client.ts';
import { type Output, type ProgressBar, progressBar } from './progress-bar.ts';

/**
 * Waits until a job is done or has failed, and shows how far it is.
 * @throws as `ApiClient.request`
 */
export async function followRebuild(
  api: ApiClient,
  recountId: string,
  out: Output,
  label: string,
): Promise<RebuildView> {
  const bar = progressBar(out, label);
  const path = `/v1/rebuilds/${encodeURIComponent(recountId)}`;
  return followJob<RebuildView>(api, path, hasEnded, ({ parts: { done, of }, membersChecked }) =>
    bar.show(done / of, `part ${done} of ${of}, ${pluralize(membersChecked, 'member')}`),
  ).finally(bar.clear);
}

/** What a job has found so far, in lines. */
export function formatFindings(job: RebuildView): string[] {
  const { membersChecked, membersDiffering, membersFailed, itemsRepaired, itemsRecent, unreadableEvents } =
    job;
  return [
    `${pluralize(membersChecked, 'member')} compared with the log; ${membersDiffering} differed.`,
    `${pluralize(itemsRepaired, 'item')} put right${itemsRecent === 0 ? '' : `, ${itemsRecent} of them so fresh that counting may just not have come to them yet`}.`,
    ...(unreadableEvents === 0
      ? []
      : [`${pluralize(unreadableEvents, 'event')} of the log could not be read.`]),
    ...(membersFailed === 0
      ? []
      : [
          `${pluralize(membersFailed, 'member')} could not be counted: the log of the function recount says why.`,
        ]),
  ];
}

/** The items that differed and were not recent, in lines; some of them if there are many. */
export function formatExamples({ examples, itemsRepaired, itemsRecent }: RebuildView): string[] {
  const more = itemsRepaired - itemsRecent - examples.length;
  return [
    ...examples.map(({ userId, sk }) => `  ${userId}  ${sk}`),
    ...(more > 0 ? [`  … and ${more} more`] : []),
  ];
}

/** Why a job failed, and how to go on with it. */
export const formatFailure = ({ recountId, error }: RebuildView): string =>
  `It stopped: ${error ?? 'no reason was given.'}\n` +
  `npm run rebuild -- --resume ${recountId} goes on where it was.\n`;

const pluralize = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;

/**
 * Waits until a run is done or has failed. Reports each step when it is done, and the progress of those that run.
 * @throws as `ApiClient.request`
 */
export async function followRun(
  api: ApiClient,
  runId: string,
  out: Output,
  bar: ProgressBar,
): Promise<RunView> {
  const reported = new Set<string>();
  const reportSteps = ({ steps }: RunView): void => {
    for (const step of steps) {
      if (reported.has(step.name) || (step.state !== 'done' && step.state !== 'failed')) continue;
      reported.add(step.name);
      bar.clear();
      out.write(`  ${step.name.padEnd(14)} ${describeStep(step)}\n`);
    }
  };
  const run = await followJob<RunView>(api, `/v1/runs/${runId}`, hasEnded, (running) => {
    reportSteps(running);
    bar.show(completedShare(running), describeRunning(running));
  });
  reportSteps(run);
  return run;
}

const hasEnded = ({ state }: RunView | RebuildView): boolean => state !== 'running';

/** How long a step took and of how many parts it was, or that it failed. */
function describeStep({ state, startedAt, endedAt, done, of }: StepView): string {
  if (state === 'failed') return of === undefined ? 'failed' : `failed, ${done} of ${of} parts done`;
  const parts = of === undefined ? '' : `, ${of} parts`;
  if (startedAt === undefined || endedAt === undefined) return `done${parts}`;
  return `${((Date.parse(endedAt) - Date.parse(startedAt)) / 1_000).toFixed(1)} s${parts}`;
}

const describeRunning = ({ steps }: RunView): string =>
  steps
    .filter(({ state }) => state === 'running')
    .map(({ name, done, of }) => (of === undefined ? name : `${name} ${done} of ${of}`))
    .join(', ') || 'waiting';

/** Every step counts the same; one in parts as far as they are. */
const completedShare = ({ steps }: RunView): number =>
  steps.reduce((sum, { state, done = 0, of }) => {
    if (state === 'done') return sum + 1;
    return of === undefined || of === 0 ? sum : sum + done / of;
  }, 0) / steps.length;
