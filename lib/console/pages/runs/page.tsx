import { Scroll } from '#lib/console/layout/components.tsx';
import { RunNow } from '#lib/console/layout/run-now.tsx';
import type { View } from '#lib/console/layout/view.ts';
import { runWords } from '#lib/console/messages/runs.ts';
import type { RunView } from '#lib/pipeline/run/run-view.ts';
import { duration, RunProgress } from './run-progress.tsx';

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
  const words = runWords[view.lang];
  return (
    <>
      <section class="card">
        <header>
          <h2>{words.title}</h2>
          {shown?.state === 'running' ? null : <RunNow view={view} again={shown?.state === 'failed'} />}
        </header>
        <p class="caption">{words.lead}</p>
        {shown === undefined ? (
          <p class="empty">{words.none}</p>
        ) : (
          <div
            data-live={
              shown.state === 'running' ? `/console/runs/${encodeURIComponent(shown.runId)}.json` : undefined
            }
            aria-live="polite"
          >
            <RunProgress look={view} run={shown} />
          </div>
        )}
        {shown?.state === 'running' ? (
          <noscript>
            <p class="hint">{words.refresh}</p>
          </noscript>
        ) : null}
      </section>
      {runs.length === 0 ? null : (
        <section class="card">
          <Scroll label={words.title}>
            <table>
              <thead>
                <tr>
                  <th scope="col">{words.started}</th>
                  <th scope="col">{words.figures}</th>
                  <th scope="col" class="left">
                    {words.outcome}
                  </th>
                  <th scope="col" class="left">
                    {words.who}
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
                      <span class={`state ${run.state}`}>{words.state[run.state]}</span>{' '}
                      {run.endedAt === undefined ? '' : duration(run.startedAt, run.endedAt, view)}
                    </td>
                    <td class="left">
                      {run.startedBy === 'schedule' ? words.schedule : run.startedBy.slice(0, 12)}
                    </td>
                    <td class="left">
                      <a href={`/console/runs/${encodeURIComponent(run.runId)}`}>{words.see}</a>
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
