import type { ViewContext } from '#lib/console/layout/view.ts';
import { rebuildMessages } from '#lib/console/messages/rebuilds.ts';
import type { RebuildView } from '#lib/rebuilds/rebuild-view.ts';

/** Rebuilding members: the newest job as it stands now. */
export function RebuildsCard({
  viewContext,
  job,
}: {
  viewContext: ViewContext;
  job: RebuildView | undefined;
}) {
  const messages = rebuildMessages[viewContext.lang];
  return (
    <section class="card" id="rebuilds">
      <header>
        <h2>{messages.title}</h2>
      </header>
      <p class="caption">{messages.lead}</p>
      {job === undefined ? null : (
        <div
          data-live={job.state === 'running' ? `/console/rebuilds/${job.recountId}.json` : undefined}
          aria-live="polite"
        >
          <RebuildProgress viewContext={viewContext} job={job} />
        </div>
      )}
    </section>
  );
}

/** One job. The page's script asks for it again and again while it goes on. */
export function RebuildProgress({ viewContext, job }: { viewContext: ViewContext; job: RebuildView }) {
  const { lang, format } = viewContext;
  const messages = rebuildMessages[lang];
  const { scope, parts, membersChecked, membersDiffering, membersFailed, itemsRepaired } = job;
  const whom = scope.members === undefined ? messages.ofAll : messages.ofSome(format.count(scope.members));
  const days =
    (scope.from ?? scope.to) === undefined ? [] : [messages.days(scope.from ?? '…', scope.to ?? '…')];
  return (
    <div class="run">
      <p class="run-head">
        <span class={`state ${job.state}`}>{messages.state[job.state]}</span>
        <span>{[whom, ...days].join(' · ')}</span>
        <span class="muted">{format.time(job.startedAt)}</span>
      </p>
      <p>
        {messages.progress(format.count(parts.done), format.count(parts.of), format.count(membersChecked))}
      </p>
      <p class="muted">{messages.found(format.count(membersDiffering), format.count(itemsRepaired))}</p>
      {membersFailed === 0 ? null : (
        <p class="fault" role="alert">
          {messages.failed(format.count(membersFailed))}
        </p>
      )}
      {job.error === undefined ? null : (
        <p class="fault" role="alert">
          {job.error}
        </p>
      )}
    </div>
  );
}
