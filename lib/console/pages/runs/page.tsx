import { Scroll } from '#lib/console/layout/components.tsx';
import { RunNow } from '#lib/console/layout/run-now.tsx';
import type { View } from '#lib/console/layout/view.ts';
import { runMessages } from '#lib/console/messages/runs.ts';
import type { RunView } from '#lib/pipeline/run/run-view.ts';
import { formatDuration, RunProgress } from './run-progress.tsx';

/** All runs, the newest in full. */
export function RunsContent({
  view,
  runs,
  shown,
}: {
  view: View;
  runs: readonly RunView[];
  shown: RunView | undefined;
}) {
  const messages = runMessages[view.lang];
  return (
    <>
      <section class="card">
        <header>
          <h2>{messages.title}</h2>
          {shown?.state === 'running' ? null : <RunNow view={view} again={shown?.state === 'failed'} />}
        </header>
        <p class="caption">{messages.lead}</p>
        {shown === undefined ? (
          <p class="empty">{messages.none}</p>
        ) : (
          <div
            data-live={
              shown.state === 'running' ? `/console/runs/${encodeURIComponent(shown.runId)}.json` : undefined
            }
            aria-live="polite"
          >
            <RunProgress viewContext={view} run={shown} />
          </div>
        )}
        {shown?.state === 'running' ? (
          <noscript>
            <p class="hint">{messages.refresh}</p>
          </noscript>
        ) : null}
      </section>
      {runs.length === 0 ? null : (
        <section class="card">
          <Scroll label={messages.title}>
            <table>
              <thead>
                <tr>
                  <th scope="col">{messages.started}</th>
                  <th scope="col">{messages.figures}</th>
                  <th scope="col" class="left">
                    {messages.outcome}
                  </th>
                  <th scope="col" class="left">
                    {messages.who}
                  </th>
                  <th scope="col"></th>
                </tr>
              </thead>
              <tbody>
                {runs.map((run) => (
                  <tr>
                    <th scope="row">{view.format.time(run.startedAt)}</th>
                    <td>{run.asOf}</td>
                    <td class="left">
                      <span class={`state ${run.state}`}>{messages.state[run.state]}</span>{' '}
                      {run.endedAt === undefined ? '' : formatDuration(run.startedAt, run.endedAt, view)}
                    </td>
                    <td class="left">
                      {run.startedBy === 'schedule' ? messages.schedule : run.startedBy.slice(0, 12)}
                    </td>
                    <td class="left">
                      <a href={`/console/runs/${encodeURIComponent(run.runId)}`}>{messages.see}</a>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
        </section>
      )}
    </>
  );
}
