import type { Context, Hono } from 'hono';
import * as z from 'zod';
import type { ConsoleDeps } from '#lib/console/data/deps.ts';
import { ConsoleError } from '#lib/console/layout/errors.tsx';
import { renderPage } from '#lib/console/layout/page.tsx';
import { type ConsoleEnv, getView, hrefWith } from '#lib/console/layout/view.ts';
import { requireRole } from '#lib/console/session/guard.ts';
import { ImportError } from '#lib/imports/import-error.ts';
import type { ListCursor } from '#lib/imports/jobs/import-record.ts';
import { MAX_UPLOAD } from '#lib/imports/jobs/upload-plan.ts';
import { buildMapping, guessMappingForm, parseMappingForm } from './mapping-form.ts';
import { importsMessages } from './messages.ts';
import { ImportContent, ImportProgress, ImportsContent } from './page.tsx';
import { PreviewContent } from './preview.tsx';
import {
  detectFormat,
  detectSource,
  type FileHead,
  type MappingTrial,
  tryMapping,
} from './source-detection.ts';

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

// 256 KB as base64.
const MAX_HEAD = 360_000;
const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;

const PreviewRequest = z.object({
  filename: z.string().min(1).max(500),
  head: z.string().max(MAX_HEAD),
  fields: z.record(z.string(), z.unknown()).default({}),
});
const AnnounceRequest = z.object({
  source: z.string().regex(NAME),
  filename: z.string().trim().min(1).max(500),
  size: z.int().min(1).max(MAX_UPLOAD),
});
const CompleteRequest = z.object({
  parts: z
    .array(z.object({ partNumber: z.int().min(1).max(1_000), etag: z.string().max(130) }))
    .min(1)
    .max(1_000),
});
const MappingRequest = z.object({ name: z.string().regex(NAME), fields: z.record(z.string(), z.unknown()) });

/** Adds what the script of the imports page asks for: preview, mapping, upload. */
function uploadRoutes(app: Hono<ConsoleEnv>, { imports, sources, settings, now }: ConsoleDeps): void {
  app.post('/console/imports/preview.json', requireRole('operator'), async (c) => {
    const { filename, head, fields } = await parseBody(c, PreviewRequest);
    const file: FileHead = { filename, bytes: Buffer.from(head, 'base64') };
    const context = { timeZone: settings.timeZone, now: now() };
    const names = (await sources.list()).map(({ source }) => source);
    const chosen = typeof fields['source'] === 'string' ? fields['source'] : undefined;
    const { columns, isCalls, error } = detectFormat(file);
    const isPlain = chosen === undefined && isCalls;
    const guess =
      chosen === undefined && !isCalls && error === undefined
        ? await detectSource(file, sources, names, context)
        : undefined;
    const source = chosen ?? guess ?? (isPlain ? 'none' : 'own');
    const form =
      chosen === 'own' && 'userId' in fields ? parseMappingForm(fields) : guessMappingForm(columns);
    const result = error === undefined ? await tryAs(source, file, form) : { error };
    const html = String(
      <PreviewContent
        viewContext={c.get('viewContext')}
        sources={names}
        source={source}
        guessed={guess !== undefined || isPlain}
        preview={result.preview}
        columns={columns}
        error={result.error}
        form={form}
        taxonomy={settings.taxonomy}
        ready={result.preview !== undefined && source !== 'own'}
      />,
    );
    return c.json({ html, source });

    async function tryAs(name: string, head: FileHead, of: typeof form): Promise<MappingTrial> {
      if (name === 'none') return tryMapping(head, undefined, context);
      if (name !== 'own') return tryMapping(head, (await sources.mapping(name))?.mapping, context);
      try {
        return tryMapping(head, buildMapping(of), context);
      } catch (error) {
        if (error instanceof ImportError) return { error: error.message };
        throw error;
      }
    }
  });

  app.post('/console/imports/mapping.json', requireRole('operator'), async (c) => {
    const { name, fields } = await parseBody(c, MappingRequest);
    const mapping = orInvalidRequest(() => buildMapping(parseMappingForm(fields)));
    await sources.store(name, mapping, c.get('session').caller.id);
    return c.json({ source: name });
  });

  app.post('/console/imports/announce.json', requireRole('operator'), async (c) =>
    c.json(await imports.create(await parseBody(c, AnnounceRequest))),
  );

  app.post('/console/imports/:file{imp_\\w+\\.upload\\.json}', requireRole('operator'), async (c) => {
    const ticket = await imports.renew(c.req.param('file').replace(/\.upload\.json$/, ''));
    if (ticket === undefined) throw new ConsoleError(404, 'notFound');
    return c.json(ticket);
  });

  app.post('/console/imports/:file{imp_\\w+\\.complete\\.json}', requireRole('operator'), async (c) => {
    const importId = c.req.param('file').replace(/\.complete\.json$/, '');
    const job = await imports.complete(importId, (await parseBody(c, CompleteRequest)).parts);
    if (job === undefined) throw new ConsoleError(404, 'notFound');
    return c.json({ importId });
  });
}

async function parseBody<S extends z.ZodType>(c: Context, schema: S): Promise<z.infer<S>> {
  const parsed = schema.safeParse(await c.req.json().catch(() => undefined));
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new ConsoleError(400, 'invalid', { message: issues.join('; ') });
}

function orInvalidRequest<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof ImportError) throw new ConsoleError(400, 'invalid', { message: error.message });
    throw error;
  }
}
