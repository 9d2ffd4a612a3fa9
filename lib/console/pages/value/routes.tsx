import type { Hono } from 'hono';
import { csvDownload, toCsv } from '#lib/console/charts/csv.ts';

import type { ConsoleDeps, Published } from '#lib/console/data/deps.ts';
import { ConsoleError } from '#lib/console/layout/errors.tsx';
import { NoReport } from '#lib/console/layout/no-data.tsx';
import { renderPage } from '#lib/console/layout/page.tsx';
import { type ConsoleEnv, getView } from '#lib/console/layout/view.ts';
import { requireRole } from '#lib/console/session/guard.ts';
import { calibrationChart, coefficientsChart, riskChart } from './charts.ts';
import { valueMessages } from './messages.ts';
import { ValueContent } from './page.tsx';

/** Adds the page of models, and for owners the way back to earlier ones. */
export function valueRoutes(app: Hono<ConsoleEnv>, { published, models, assets }: ConsoleDeps): void {
  const pickModels = (now: Published) =>
    Promise.all([
      published.model('value', now),
      published.model('lifecycle', now),
      published.model('influence', now),
    ]);

  app.get('/console/value', async (c) => {
    const view = getView(c);
    const now = await published.live();
    const [value, lifecycle, influence] = now === undefined ? [] : await pickModels(now);
    const children =
      now === undefined ? (
        <NoReport view={view} />
      ) : (
        <ValueContent view={view} published={now} value={value} lifecycle={lifecycle} influence={influence} />
      );
    const { title } = valueMessages[view.lang];
    return c.html(renderPage({ view, assets, navItem: 'value', title, published: now, children }));
  });

  app.get('/console/value/:file{.+\\.csv}', async (c) => {
    const viewContext = c.get('viewContext');
    const id = c.req.param('file').replace(/\.csv$/, '');
    const now = await published.live();
    const [value, lifecycle] = now === undefined ? [] : await pickModels(now);
    const charts = [
      ...(value?.status === 'fitted'
        ? [coefficientsChart(value, viewContext), calibrationChart(value, viewContext)]
        : []),
      ...(lifecycle?.status === 'fitted' ? [riskChart(lifecycle, viewContext)] : []),
    ];
    const chart = charts.find((one) => one.id === id);
    if (chart === undefined) throw new ConsoleError(404, 'notFound');
    return csvDownload(c, id, toCsv(chart.columns, chart.rows, viewContext.format));
  });

  app.post('/console/value/rollback', requireRole('owner'), async (c) => {
    const { publishedAt } = await c.req.parseBody();
    if (typeof publishedAt !== 'string') throw new ConsoleError(404, 'notFound');
    await models.rollback({ publishedAt }, c.get('session').caller.id);
    return c.redirect('/console/value#history', 303);
  });
}
