import type { Context, Hono } from 'hono';
import { csvAnswer } from '#lib/console/charts/csv-answer.ts';
import type { ConsoleParts } from '#lib/console/data/deps.ts';
import { frameWords } from '#lib/console/layout/messages.ts';
import { pageOf } from '#lib/console/layout/page.tsx';
import { type ConsoleEnv, type View, viewOf } from '#lib/console/layout/view.ts';
import { runWords } from '#lib/console/messages/runs.ts';
import type { RunView } from '#lib/pipeline/run/run-view.ts';
import { doneFigure } from './charts.ts';
import { todayWords } from './messages.ts';
import { TodayContent } from './page.tsx';
import { welcomeWords } from './welcome-messages.ts';
import { WelcomeContent } from './welcome-page.tsx';

/** Adds the first page; before the first report it is a welcome. */
export function todayRoutes(app: Hono<ConsoleEnv>, parts: ConsoleParts): void {
  const { published, runs, anyMember, assets } = parts;

  app.get('/console', async (c) => {
    const view = viewOf(c);
    const [live, all] = await Promise.all([published.live(), runs.list()]);
    // A run over nobody makes a report too.
    if (live?.report === undefined || live.report.members === 0) {
      const content = <WelcomeContent view={view} host={ownAddress(c)} arrived={await anyMember()} />;
      const title = welcomeWords[view.lang].title;
      return c.html(pageOf({ view, assets, place: 'today', title, published: live, children: content }));
    }
    const { report } = live;
    return c.html(
      pageOf({
        view,
        assets,
        place: 'today',
        title: todayWords[view.lang].title,
        published: live,
        notice: failedRun(view, all[0]),
        children: <TodayContent view={view} published={{ ...live, report }} run={all[0]} />,
      }),
    );
  });

  app.get('/console/done.csv', async (c) => {
    const live = await published.live();
    return csvAnswer(c, live?.report, (report, look) => [doneFigure(report, look)], 'done');
  });

  app.get('/console/arrived.json', async (c) => c.json({ arrived: await anyMember() }));
}

/** A quiet bar over old figures; none while all is well. */
function failedRun(view: View, run: RunView | undefined) {
  if (run?.state !== 'failed') return undefined;
  const words = frameWords[view.lang];
  const step = run.error === undefined ? run.runId : runWords[view.lang].steps[run.error.step];
  return (
    <p class="bar warn" role="status">
      {words.runFailed(step)} <a href="/console/runs">{words.toRuns}</a>
    </p>
  );
}

function ownAddress(c: Context): string {
  const host = c.req.header('host') ?? 'localhost';
  return `${/^(127\.|localhost)/.test(host) ? 'http' : 'https'}://${host}`;
}
