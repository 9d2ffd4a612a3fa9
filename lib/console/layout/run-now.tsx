import { allows } from '#lib/auth/keys/access-key.ts';
import { CsrfField } from '#lib/console/layout/page.tsx';
import type { View } from '#lib/console/layout/view.ts';
import { runMessages } from '#lib/console/messages/runs.ts';

/** The button that makes figures now, for those who may. */
export function RunNow({ view, again }: { view: View; again?: boolean }) {
  if (!allows(view.session.caller.role, 'operator')) return null;
  const messages = runMessages[view.lang];
  return (
    <form method="post" action="/console/runs" class="inline">
      <CsrfField view={view} />
      <button type="submit" class="plain">
        {again ? messages.again : messages.now}
      </button>
    </form>
  );
}
