import type { Hono } from 'hono';
import { csvOf } from '#lib/console/charts/csv.ts';
import { csvFile } from '#lib/console/charts/csv-answer.ts';
import type { ConsoleParts } from '#lib/console/data/deps.ts';
import { ConsoleError } from '#lib/console/layout/console-error.ts';
import { needsWords } from '#lib/console/layout/needs-messages.ts';
import { Needs } from '#lib/console/layout/no-data.tsx';
import { NoFigures } from '#lib/console/layout/no-report.tsx';
import { pageOf } from '#lib/console/layout/page.tsx';
import { type ConsoleEnv, viewOf } from '#lib/console/layout/view.ts';
import { needs } from '#lib/console/session/guard.ts';
import { differenceFigure, shownProfiles, sizesFigure } from './charts.ts';
import { profilesWords } from './messages.ts';
import { MOST_NAME, ProfilesContent } from './page.tsx';

/** Adds the page of profiles, and the way to name one. */
export function profilesRoutes(app: Hono<ConsoleEnv>, { published, models, assets }: ConsoleParts): void {
  app.get('/console/profiles', async (c) => {
    const view = viewOf(c);
    const live = await published.live();
    const model = live && (await published.model('profiles', live));
    const children =
      live === undefined ? (
        <NoFigures view={view} />
      ) : model === undefined ? (
        <p class="card empty">{needsWords[view.lang].none}</p>
      ) : model.status === 'insufficient' ? (
        <Needs view={view} needs={model.needs} report={live.report} />
      ) : (
        <ProfilesContent view={view} published={live} model={model} />
      );
    const { title } = profilesWords[view.lang];
    return c.html(pageOf({ view, assets, place: 'profiles', title, published: live, children }));
  });

  app.get('/console/profiles/:file{.+\\.csv}', async (c) => {
    const look = c.get('look');
    const id = c.req.param('file').replace(/\.csv$/, '');
    const live = await published.live();
    const model = live && (await published.model('profiles', live));
    if (live === undefined || model?.status !== 'fitted') throw new ConsoleError(404, 'notFound');
    const profiles = shownProfiles(model, live.current);
    const figures = [
      sizesFigure(profiles, look),
      ...profiles.map((profile) => differenceFigure(profile, look)),
    ];
    const figure = figures.find((one) => one.id === id);
    if (figure === undefined) throw new ConsoleError(404, 'notFound');
    return csvFile(c, `${id}-${model.asOf}`, csvOf(figure.columns, figure.rows, look.format));
  });

  app.post('/console/profiles/:id/name', needs('operator'), async (c) => {
    const form = await c.req.parseBody();
    const id = c.req.param('id');
    const [zh, en] = [form['zh'], form['en']].map((text) => (typeof text === 'string' ? text.trim() : ''));
    if ([zh, en].some((text = '') => [...text].length > MOST_NAME)) {
      throw new ConsoleError(400, 'invalid', {
        message: profilesWords[c.get('look').lang].tooLong(MOST_NAME),
      });
    }
    await models.rename(id, { ...(zh && { zh }), ...(en && { en }) });
    return c.redirect(`/console/profiles#profile-${encodeURIComponent(id)}`, 303);
  });
}
