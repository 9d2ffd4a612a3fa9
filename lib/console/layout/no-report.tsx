import { RunNow } from '#lib/console/layout/run-now.tsx';
import { runMessages } from '#lib/console/messages/runs.ts';
import { layoutMessages } from './messages.ts';
import type { View } from './view.ts';

/** What stands on a page while there is no report yet. */
export function NoReport({ view }: { view: View }) {
  return (
    <section class="card none">
      <p class="headline">{layoutMessages[view.lang].noFigures}</p>
      <p class="caption">{runMessages[view.lang].none}</p>
      <RunNow view={view} />
    </section>
  );
}
