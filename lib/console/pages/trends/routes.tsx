import type { Hono } from 'hono';
import { csvAnswer } from '#lib/console/charts/csv-answer.ts';
import type { ConsoleParts } from '#lib/console/data/deps.ts';
import { NoFigures } from '#lib/console/layout/no-report.tsx';
import { pageOf } from '#lib/console/layout/page.tsx';
import { type ConsoleEnv, viewOf } from '#lib/console/layout/view.ts';
import { trendsWords } from './messages.ts';
import { TrendsContent, trendsFigures } from './page.tsx';

export function trendsRoutes(app: Hono<ConsoleEnv>, { published, assets }: ConsoleParts): void {
  app.get('/console/trends', async (c) => {
    const view = viewOf(c);
    const live = await published.live();
    const children =
      live?.report === undefined ? (
        <NoFigures view={view} />
      ) : (
        <TrendsContent view={view} report={live.report} of={live.current.publishedAt} />
      );
    const { title } = trendsWords[view.lang];
    return c.html(pageOf({ view, assets, place: 'trends', title, published: live, children }));
  });

  app.get('/console/trends/:file{.+\\.csv}', async (c) => {
    const live = await published.live();
    return csvAnswer(c, live?.report, trendsFigures, c.req.param('file').replace(/\.csv$/, ''));
  });
}
