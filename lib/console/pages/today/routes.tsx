import type { Context, Hono } from 'hono';
import { csvResponse } from '#lib/console/charts/csv.ts';
import type { ConsoleDeps } from '#lib/console/data/deps.ts';
import { layoutMessages } from '#lib/console/layout/messages.ts';
import { renderPage } from '#lib/console/layout/page.tsx';
import { type ConsoleEnv, getView, type View } from '#lib/console/layout/view.ts';
import { runMessages } from '#lib/console/messages/runs.ts';
import type { RunView } from '#lib/pipeline/run/run-record.ts';
import { doneChart } from './charts.ts';
import { todayMessages, welcomeMessages } from './messages.ts';
import { TodayContent } from './page.tsx';

import { WelcomeContent } from './welcome-page.tsx';

/** Adds the first page; before the first report it is a welcome. */
export function todayRoutes(app: Hono<ConsoleEnv>, parts: ConsoleDeps): void {
  const { published, runs, anyMember, assets } = parts;

  app.get('/console', async (c) => {
    const view = getView(c);
    const [live, all] = await Promise.all([published.live(), runs.list()]);
    // A run over nobody makes a report too.
    if (live?.report === undefined || live.report.members === 0) {
      const content = <WelcomeContent view={view} host={publicOrigin(c)} arrived={await anyMember()} />;
      const title = welcomeMessages[view.lang].title;
      return c.html(
        renderPage({ view, assets, navItem: 'today', title, published: live, children: content }),
      );
    }
    const { report } = live;
    return c.html(
      renderPage({
        view,
        assets,
        navItem: 'today',
        title: todayMessages[view.lang].title,
        published: live,
        notice: failedRun(view, all[0]),
        children: <TodayContent view={view} published={{ ...live, report }} run={all[0]} />,
      }),
    );
  });

  app.get('/console/done.csv', async (c) => {
    const live = await published.live();
    return csvResponse(c, live?.report, (report, viewContext) => [doneChart(report, viewContext)], 'done');
  });

  app.get('/console/arrived.json', async (c) => c.json({ arrived: await anyMember() }));
}

/** A quiet bar over old figures; none while all is well. */
function failedRun(view: View, run: RunView | undefined) {
  if (run?.state !== 'failed') return undefined;
  const messages = layoutMessages[view.lang];
  const step = run.error === undefined ? run.runId : runMessages[view.lang].steps[run.error.step];
  return (
    <p class="bar warn" role="status">
      {messages.runFailed(step)} <a href="/console/runs">{messages.toRuns}</a>
    </p>
  );
}

function publicOrigin(c: Context): string {
  const host = c.req.header('host') ?? 'localhost';
  return `${/^(127\.|localhost)/.test(host) ? 'http' : 'https'}://${host}`;
}
