import type { Hono } from 'hono';
import { csvAnswer } from '#lib/console/charts/csv-answer.ts';
import type { ConsoleParts } from '#lib/console/console-parts.ts';
import { NoFigures } from '#lib/console/frame/no-figures.tsx';
import { pageOf } from '#lib/console/frame/page.tsx';
import { type ConsoleEnv, viewOf } from '#lib/console/frame/view.ts';
import { TrendsContent, trendsFigures } from './trends-page.tsx';
import { trendsWords } from './trends-words.ts';

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
