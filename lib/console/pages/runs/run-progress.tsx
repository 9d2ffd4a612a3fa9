import type { Look } from '#lib/console/layout/view.ts';
import { runWords } from '#lib/console/messages/runs.ts';
import type { RunView, StepView } from '#lib/pipeline/run/run-view.ts';

/** One run, step by step, as it stands now. The page's script asks for it again and again while it goes on. */
export function RunProgress({ look, run }: { look: Look; run: RunView }) {
  const words = runWords[look.lang];
  return (
    <div class="run">
      <p class="run-head">
        <span class={`state ${run.state}`}>{words.state[run.state]}</span>
        <span>{words.of(run.asOf)}</span>
        <span class="muted">{look.format.time(run.startedAt)}</span>
        {run.endedAt === undefined ? null : (
          <span class="muted">{words.took(duration(run.startedAt, run.endedAt, look))}</span>
        )}
      </p>
      <ol class="steps">
        {run.steps.map((step) => (
          <Step look={look} step={step} />
        ))}
      </ol>
      {run.error === undefined ? null : (
        <p class="fault" role="alert">
          <b>{words.failedAt(words.steps[run.error.step])}</b>
          {run.error.message}
        </p>
      )}
      {run.state === 'done' ? (
        <p>
          {run.live === false ? words.notLive : `${words.newer} `}
          {run.live === false ? null : <a href="/console">{words.toToday}</a>}
        </p>
      ) : null}
    </div>
  );
}

function Step({ look, step }: { look: Look; step: StepView }) {
  const words = runWords[look.lang];
  const { name, state, done, of } = step;
  const parts =
    of !== undefined && of > 1 && state === 'running'
      ? words.parts(look.format.count(done ?? 0), look.format.count(of))
      : undefined;
  return (
    <li class={state}>
      <span class="dot" aria-hidden="true"></span>
      <span class="step-name">{words.steps[name]}</span>
      <span class="muted">{parts ?? (state === 'waiting' ? '' : words.stepState[state])}</span>
    </li>
  );
}

/** @param from, @param to ISO times */
export function duration(from: string, to: string, { lang, format }: Look): string {
  const seconds = Math.max(0, (Date.parse(to) - Date.parse(from)) / 1_000);
  const words = runWords[lang];
  return seconds < 90 ? words.seconds(format.count(seconds)) : words.minutes(format.decimal(seconds / 60, 1));
}
