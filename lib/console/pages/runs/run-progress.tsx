import type { ViewContext } from '#lib/console/layout/view.ts';
import { runMessages } from '#lib/console/messages/runs.ts';
import type { RunView, StepView } from '#lib/pipeline/run/run-view.ts';

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
        <p class="fault" role="alert">
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
export function formatDuration(from: string, to: string, { lang, format }: ViewContext): string {
  const seconds = Math.max(0, (Date.parse(to) - Date.parse(from)) / 1_000);
  const messages = runMessages[lang];
  return seconds < 90
    ? messages.seconds(format.count(seconds))
    : messages.minutes(format.decimal(seconds / 60, 1));
}
