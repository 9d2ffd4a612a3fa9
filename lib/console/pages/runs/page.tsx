import { Scroll } from '#lib/console/layout/components.tsx';
import { RunNow } from '#lib/console/layout/no-data.tsx';
import type { View, ViewContext } from '#lib/console/layout/view.ts';
import { runMessages } from '#lib/console/messages/runs.ts';
import type { RunView, StepView } from '#lib/pipeline/run/run-record.ts';

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

/** One run, step by step, as it stands now. The page's script asks for it again and again while it goes on. */
export function RunProgress({ viewContext, run }: { viewContext: ViewContext; run: RunView }) {
  const messages = runMessages[viewContext.lang];
  return (
    <div class="run">
      <p class="run-head">
        <span class={`state ${run.state}`}>{messages.state[run.state]}</span>
        <span>{messages.of(run.asOf)}</span>
        <span class="muted">{viewContext.format.time(run.startedAt)}</span>
        {run.endedAt === undefined ? null : (
          <span class="muted">{messages.took(formatDuration(run.startedAt, run.endedAt, viewContext))}</span>
        )}
      </p>
      <ol class="steps">
        {run.steps.map((step) => (
          <Step viewContext={viewContext} step={step} />
        ))}
      </ol>
      {run.error === undefined ? null : (
        <p class="error" role="alert">
          <b>{messages.failedAt(messages.steps[run.error.step])}</b>
          {run.error.message}
        </p>
      )}
      {run.state === 'done' ? (
        <p>
          {run.live === false ? messages.notLive : `${messages.newer} `}
          {run.live === false ? null : <a href="/console">{messages.toToday}</a>}
        </p>
      ) : null}
    </div>
  );
}

function Step({ viewContext, step }: { viewContext: ViewContext; step: StepView }) {
  const messages = runMessages[viewContext.lang];
  const { name, state, done, of } = step;
  const parts =
    of !== undefined && of > 1 && state === 'running'
      ? messages.parts(viewContext.format.count(done ?? 0), viewContext.format.count(of))
      : undefined;
  return (
    <li class={state}>
      <span class="dot" aria-hidden="true"></span>
      <span class="step-name">{messages.steps[name]}</span>
      <span class="muted">{parts ?? (state === 'waiting' ? '' : messages.stepState[state])}</span>
    </li>
  );
}

/** @param from, @param to ISO times */
function formatDuration(from: string, to: string, { lang, format }: ViewContext): string {
  const seconds = Math.max(0, (Date.parse(to) - Date.parse(from)) / 1_000);
  const messages = runMessages[lang];
  return seconds < 90
    ? messages.seconds(format.count(seconds))
    : messages.minutes(format.decimal(seconds / 60, 1));
}
