import type { Hono } from 'hono';
import { csvResponse } from '#lib/console/charts/csv.ts';
import type { ConsoleDeps } from '#lib/console/data/deps.ts';
import { NoReport } from '#lib/console/layout/no-data.tsx';
import { renderPage } from '#lib/console/layout/page.tsx';
import { type ConsoleEnv, getView, type ViewContext } from '#lib/console/layout/view.ts';
import type { Report } from '#lib/reports/report.ts';
import { keywordsChart, npsChart, ratingChart } from './charts.ts';
import { feedbackMessages } from './messages.ts';
import { FeedbackContent } from './page.tsx';

export function feedbackRoutes(app: Hono<ConsoleEnv>, { published, assets }: ConsoleDeps): void {
  const charts = (report: Report, viewContext: ViewContext) => [
    npsChart(report, viewContext),
    ratingChart(report, viewContext),
    keywordsChart(report, viewContext),
  ];

  app.get('/console/feedback', async (c) => {
    const view = getView(c);
    const live = await published.live();
    const children =
      live?.report === undefined ? (
        <NoReport view={view} />
      ) : (
        <FeedbackContent view={view} report={live.report} version={live.current.publishedAt} />
      );
    const { title } = feedbackMessages[view.lang];
    return c.html(renderPage({ view, assets, navItem: 'feedback', title, published: live, children }));
  });

  app.get('/console/feedback/:file{.+\\.csv}', async (c) => {
    const live = await published.live();
    return csvResponse(c, live?.report, charts, c.req.param('file').replace(/\.csv$/, ''));
  });
}
