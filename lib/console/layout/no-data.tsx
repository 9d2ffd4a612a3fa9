import { allows } from '#lib/auth/keys/access-key.ts';
import { runMessages } from '#lib/console/messages/runs.ts';
import { addDays } from '#lib/events/calendar.ts';
import type { Need } from '#lib/models/schema.ts';
import type { Report } from '#lib/reports/report.ts';
import { insufficientDataMessages, layoutMessages } from './messages.ts';
import { CsrfField } from './page.tsx';
import type { View } from './view.ts';

const MAX_DAYS_AHEAD = 730;

/** Why there is no model: what is missing, and when it will probably be there. */
export function InsufficientData({
  view,
  needs,
  report,
}: {
  view: View;
  needs: readonly Need[];
  report: Report | undefined;
}) {
  const messages = insufficientDataMessages[view.lang];
  const { count, date } = view.format;
  const days = estimateDaysUntil(needs, report);
  return (
    <section class="card none">
      <h2>{messages.title}</h2>
      <p class="caption">{messages.lead}</p>
      <ul class="reasons">
        {needs
          .filter(({ have, need }) => have < need)
          .map(({ what, have, need }) => (
            <li>{messages.needs[what](count(have), count(need), count(need - have))}</li>
          ))}
      </ul>
      <p>
        {days === undefined || report === undefined ? null : messages.when(date(addDays(report.asOf, days)))}{' '}
        <a href="/console/imports">{messages.hint}</a>
      </p>
    </section>
  );
}

/** Days pass by themselves; members and payers are taken to grow as they did on average so far. */
function estimateDaysUntil(needs: readonly Need[], report: Report | undefined): number | undefined {
  const history = report?.daily.dau.length ?? 0;
  if (history === 0) return undefined;
  let most = 0;
  for (const { what, have, need } of needs) {
    if (have >= need) continue;
    if (what !== 'historyDays' && have === 0) return undefined;
    const days = what === 'historyDays' ? need - have : Math.ceil(((need - have) / have) * history);
    most = Math.max(most, days);
  }
  return most > 0 && most <= MAX_DAYS_AHEAD ? most : undefined;
}

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
