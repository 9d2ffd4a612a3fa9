import type { Hono } from 'hono';
import { csvOf } from '#lib/console/charts/csv.ts';
import { csvFile } from '#lib/console/charts/csv-answer.ts';
import type { ConsoleParts, Published } from '#lib/console/data/deps.ts';
import { ConsoleError } from '#lib/console/layout/console-error.ts';
import { NoFigures } from '#lib/console/layout/no-report.tsx';
import { pageOf } from '#lib/console/layout/page.tsx';
import { type ConsoleEnv, viewOf } from '#lib/console/layout/view.ts';
import { needs } from '#lib/console/session/guard.ts';
import { calibrationFigure, coefficientsFigure, riskFigure } from './charts.ts';
import { valueWords } from './messages.ts';
import { ValueContent } from './page.tsx';

/** Adds the page of models, and for owners the way back to earlier ones. */
export function valueRoutes(app: Hono<ConsoleEnv>, { published, models, assets }: ConsoleParts): void {
  const modelsOf = (now: Published) =>
    Promise.all([
      published.model('value', now),
      published.model('lifecycle', now),
      published.model('influence', now),
    ]);

  app.get('/console/value', async (c) => {
    const view = viewOf(c);
    const now = await published.live();
    const [value, lifecycle, influence] = now === undefined ? [] : await modelsOf(now);
    const children =
      now === undefined ? (
        <NoFigures view={view} />
      ) : (
        <ValueContent view={view} published={now} value={value} lifecycle={lifecycle} influence={influence} />
      );
    const { title } = valueWords[view.lang];
    return c.html(pageOf({ view, assets, place: 'value', title, published: now, children }));
  });

  app.get('/console/value/:file{.+\\.csv}', async (c) => {
    const look = c.get('look');
    const id = c.req.param('file').replace(/\.csv$/, '');
    const now = await published.live();
    const [value, lifecycle] = now === undefined ? [] : await modelsOf(now);
    const figures = [
      ...(value?.status === 'fitted'
        ? [coefficientsFigure(value, look), calibrationFigure(value, look)]
        : []),
      ...(lifecycle?.status === 'fitted' ? [riskFigure(lifecycle, look)] : []),
    ];
    const figure = figures.find((one) => one.id === id);
    if (figure === undefined) throw new ConsoleError(404, 'notFound');
    return csvFile(c, id, csvOf(figure.columns, figure.rows, look.format));
  });

  app.post('/console/value/rollback', needs('owner'), async (c) => {
    const { publishedAt } = await c.req.parseBody();
    if (typeof publishedAt !== 'string') throw new ConsoleError(404, 'notFound');
    await models.rollback({ publishedAt }, c.get('session').caller.id);
    return c.redirect('/console/value#history', 303);
  });
}
