import type { Hono } from 'hono';
import { csvDownload, toCsv } from '#lib/console/charts/csv.ts';

import type { ConsoleDeps } from '#lib/console/data/deps.ts';
import { ConsoleError } from '#lib/console/layout/errors.tsx';
import { insufficientDataMessages } from '#lib/console/layout/messages.ts';
import { InsufficientData, NoReport } from '#lib/console/layout/no-data.tsx';

import { renderPage } from '#lib/console/layout/page.tsx';
import { type ConsoleEnv, getView } from '#lib/console/layout/view.ts';
import { requireRole } from '#lib/console/session/guard.ts';
import { differenceChart, nameProfiles, sizesChart } from './charts.ts';
import { profilesMessages } from './messages.ts';
import { MAX_NAME_LENGTH, ProfilesContent } from './page.tsx';

/** Adds the page of profiles, and the way to name one. */
export function profilesRoutes(app: Hono<ConsoleEnv>, { published, models, assets }: ConsoleDeps): void {
  app.get('/console/profiles', async (c) => {
    const view = getView(c);
    const live = await published.live();
    const model = live && (await published.model('profiles', live));
    const children =
      live === undefined ? (
        <NoReport view={view} />
      ) : model === undefined ? (
        <p class="card empty">{insufficientDataMessages[view.lang].none}</p>
      ) : model.status === 'insufficient' ? (
        <InsufficientData view={view} needs={model.needs} report={live.report} />
      ) : (
        <ProfilesContent view={view} published={live} model={model} />
      );
    const { title } = profilesMessages[view.lang];
    return c.html(renderPage({ view, assets, navItem: 'profiles', title, published: live, children }));
  });

  app.get('/console/profiles/:file{.+\\.csv}', async (c) => {
    const viewContext = c.get('viewContext');
    const id = c.req.param('file').replace(/\.csv$/, '');
    const live = await published.live();
    const model = live && (await published.model('profiles', live));
    if (live === undefined || model?.status !== 'fitted') throw new ConsoleError(404, 'notFound');
    const profiles = nameProfiles(model, live.current);
    const charts = [
      sizesChart(profiles, viewContext),
      ...profiles.map((profile) => differenceChart(profile, viewContext)),
    ];
    const chart = charts.find((one) => one.id === id);
    if (chart === undefined) throw new ConsoleError(404, 'notFound');
    return csvDownload(c, `${id}-${model.asOf}`, toCsv(chart.columns, chart.rows, viewContext.format));
  });

  app.post('/console/profiles/:id/name', requireRole('operator'), async (c) => {
    const form = await c.req.parseBody();
    const id = c.req.param('id');
    const [zh, en] = [form['zh'], form['en']].map((text) => (typeof text === 'string' ? text.trim() : ''));
    if ([zh, en].some((text = '') => [...text].length > MAX_NAME_LENGTH)) {
      throw new ConsoleError(400, 'invalid', {
        message: profilesMessages[c.get('viewContext').lang].tooLong(MAX_NAME_LENGTH),
      });
    }
    await models.rename(id, { ...(zh && { zh }), ...(en && { en }) });
    return c.redirect(`/console/profiles#profile-${encodeURIComponent(id)}`, 303);
  });
}
