import type { Hono } from 'hono';
import { csvResponse } from '#lib/console/charts/csv.ts';
import type { ConsoleDeps } from '#lib/console/data/deps.ts';
import { NoReport } from '#lib/console/layout/no-data.tsx';
import { renderPage } from '#lib/console/layout/page.tsx';
import { type ConsoleEnv, getView } from '#lib/console/layout/view.ts';
import { trendsMessages } from './messages.ts';
import { TrendsContent, trendsCharts } from './page.tsx';

export function trendsRoutes(app: Hono<ConsoleEnv>, { published, assets }: ConsoleDeps): void {
  app.get('/console/trends', async (c) => {
    const view = getView(c);
    const live = await published.live();
    const children =
      live?.report === undefined ? (
        <NoReport view={view} />
      ) : (
        <TrendsContent view={view} report={live.report} version={live.current.publishedAt} />
      );
    const { title } = trendsMessages[view.lang];
    return c.html(renderPage({ view, assets, navItem: 'trends', title, published: live, children }));
  });

  app.get('/console/trends/:file{.+\\.csv}', async (c) => {
    const live = await published.live();
    return csvResponse(c, live?.report, trendsCharts, c.req.param('file').replace(/\.csv$/, ''));
  });
}
