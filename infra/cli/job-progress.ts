import { setTimeout as pause } from 'node:timers/promises';
import type { RebuildView } from '#lib/rebuilds/rebuild-view.ts';
import type { ApiClient } from './api-client.ts';
import { type Output, progressBar } from './progress-bar.ts';

const FIRST_POLL_MS = 200;
const MAX_POLL_MS = 3_000;
/** The job goes on whether anybody looks or not, so an API that is away for a while is no reason to give up. */
const PATIENCE_MS = 60_000;

/**
 * Waits until a job is done or has failed, and shows how far it is.
 * @throws as `ApiClient.ask`
 */
export async function followRecount(
  api: ApiClient,
  recountId: string,
  out: Output,
  label: string,
): Promise<RebuildView> {
  const bar = progressBar(out, label);
  try {
    for (let waitMs = FIRST_POLL_MS; ; waitMs = Math.min(waitMs * 1.3, MAX_POLL_MS)) {
      const path = `/v1/recounts/${encodeURIComponent(recountId)}`;
      const job = await api.request<RebuildView>('GET', path, undefined, PATIENCE_MS);
      if (job.state !== 'running') return job;
      const { done, of } = job.parts;
      bar.show(done / of, `part ${done} of ${of}, ${pluralize(job.membersChecked, 'member')}`);
      await pause(waitMs);
    }
  } finally {
    bar.clear();
  }
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
  `npm run recount -- --resume ${recountId} goes on where it was.\n`;

const pluralize = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;
