import type { Hono } from 'hono';
import type { ConsoleDeps } from '#lib/console/data/deps.ts';
import { ConsoleError } from '#lib/console/layout/console-error.ts';
import { renderPage } from '#lib/console/layout/page.tsx';
import { type ConsoleEnv, getView, hrefWith } from '#lib/console/layout/view.ts';
import type { ListCursor } from '#lib/imports/jobs/list-place.ts';
import { ImportProgress } from './import-progress.tsx';
import { importsMessages } from './messages.ts';
import { ImportContent, ImportsContent } from './page.tsx';
import { uploadRoutes } from './upload-routes.tsx';

const PAGE_SIZE = 30;
const LIST_POSITION = /^(\d{1,15})\.(imp_\w{1,64})$/;

/** Adds the pages of imports. */
export function importsRoutes(app: Hono<ConsoleEnv>, parts: ConsoleDeps): void {
  const { imports, published, assets } = parts;

  app.get('/console/imports', async (c) => {
    const view = getView(c);
    const after = parseListPosition(view.query.get('after'));
    const [page, live] = await Promise.all([imports.list({ limit: PAGE_SIZE, after }), published.live()]);
    const older = page.next && hrefWith(view, { after: `${page.next.createdAt}.${page.next.importId}` });
    const { title } = importsMessages[view.lang];
    const children = <ImportsContent view={view} imports={page.imports} older={older} />;
    return c.html(renderPage({ view, assets, navItem: 'imports', title, published: live, children }));
  });

  uploadRoutes(app, parts);

  app.get('/console/imports/:file{imp_\\w+\\.json}', async (c) => {
    const job = await imports.find(c.req.param('file').replace(/\.json$/, ''));
    if (job === undefined) throw new ConsoleError(404, 'notFound');
    const viewContext = c.get('viewContext');
    const html = String(
      <ImportProgress viewContext={viewContext} role={c.get('session').caller.role} job={job} />,
    );
    return c.json({ goesOn: job.state === 'queued' || job.state === 'running', html });
  });

  app.get('/console/imports/:importId{imp_\\w+}', async (c) => {
    const view = getView(c);
    const [job, live] = await Promise.all([imports.find(c.req.param('importId')), published.live()]);
    if (job === undefined) throw new ConsoleError(404, 'notFound');
    const children = <ImportContent view={view} job={job} />;
    return c.html(
      renderPage({ view, assets, navItem: 'imports', title: job.filename, published: live, children }),
    );
  });
}

function parseListPosition(text: string | null): ListCursor | undefined {
  const [, createdAt, importId] = LIST_POSITION.exec(text ?? '') ?? [];
  return importId === undefined ? undefined : { createdAt: Number(createdAt), importId };
}
