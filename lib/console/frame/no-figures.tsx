import { RunNow } from '#lib/console/runs/run-now.tsx';
import { runWords } from '#lib/console/runs/run-words.ts';
import { frameWords } from './frame-words.ts';
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
