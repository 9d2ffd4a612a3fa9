import type { Hono } from 'hono';
import { csvAnswer } from '#lib/console/charts/csv-answer.ts';
import type { ConsoleParts } from '#lib/console/data/deps.ts';
import { NoFigures } from '#lib/console/layout/no-report.tsx';
import { pageOf } from '#lib/console/layout/page.tsx';
import { type ConsoleEnv, type Look, viewOf } from '#lib/console/layout/view.ts';
import type { Report } from '#lib/reports/report.ts';
import { keywordsFigure, npsFigure, ratingFigure } from './charts.ts';
import { feedbackWords } from './messages.ts';
import { FeedbackContent } from './page.tsx';

export function feedbackRoutes(app: Hono<ConsoleEnv>, { published, assets }: ConsoleParts): void {
  const figures = (report: Report, look: Look) => [
    npsFigure(report, look),
    ratingFigure(report, look),
    keywordsFigure(report, look),
  ];

  app.get('/console/feedback', async (c) => {
    const view = viewOf(c);
    const live = await published.live();
    const children =
      live?.report === undefined ? (
        <NoFigures view={view} />
      ) : (
        <FeedbackContent view={view} report={live.report} of={live.current.publishedAt} />
      );
    const { title } = feedbackWords[view.lang];
    return c.html(pageOf({ view, assets, place: 'feedback', title, published: live, children }));
  });

  app.get('/console/feedback/:file{.+\\.csv}', async (c) => {
    const live = await published.live();
    return csvAnswer(c, live?.report, figures, c.req.param('file').replace(/\.csv$/, ''));
  });
}
