import { RunNow } from '#lib/console/layout/run-now.tsx';
import { runWords } from '#lib/console/messages/runs.ts';
import { frameWords } from './messages.ts';
import type { View } from './view.ts';

/** What stands on a page while there is no report yet. */
export function NoFigures({ view }: { view: View }) {
  return (
    <section class="card none">
      <p class="headline">{frameWords[view.lang].noFigures}</p>
      <p class="caption">{runWords[view.lang].none}</p>
      <RunNow view={view} />
    </section>
  );
}
