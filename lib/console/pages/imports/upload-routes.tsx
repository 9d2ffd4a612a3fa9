import type { Context, Hono } from 'hono';
import * as z from 'zod';
import type { ConsoleParts } from '#lib/console/data/deps.ts';
import { ConsoleError } from '#lib/console/layout/console-error.ts';
import type { ConsoleEnv } from '#lib/console/layout/view.ts';
import { needs } from '#lib/console/session/guard.ts';
import { ImportError } from '#lib/imports/import-error.ts';
import { MAX_UPLOAD } from '#lib/imports/jobs/upload-plan.ts';
import { likelyWish, mappingFor, mappingWishOf } from './mapping-form.ts';
import { PreviewContent } from './preview.tsx';
import { type FileHead, likelySource, readAs, type Tried, tried } from './source-detection.ts';

// 256 KB as base64.
const MOST_HEAD = 360_000;
const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;

const Head = z.object({
  filename: z.string().min(1).max(500),
  head: z.string().max(MOST_HEAD),
  fields: z.record(z.string(), z.unknown()).default({}),
});
const Announced = z.object({
  source: z.string().regex(NAME),
  filename: z.string().trim().min(1).max(500),
  size: z.int().min(1).max(MAX_UPLOAD),
});
const Parts = z.object({
  parts: z
    .array(z.object({ partNumber: z.int().min(1).max(1_000), etag: z.string().max(130) }))
    .min(1)
    .max(1_000),
});
const Saved = z.object({ name: z.string().regex(NAME), fields: z.record(z.string(), z.unknown()) });

/** Adds what the script of the imports page asks for: preview, mapping, upload. */
export function uploadRoutes(app: Hono<ConsoleEnv>, { imports, sources, settings, now }: ConsoleParts): void {
  app.post('/console/imports/preview.json', needs('operator'), async (c) => {
    const { filename, head, fields } = await body(c, Head);
    const file: FileHead = { filename, bytes: Buffer.from(head, 'base64') };
    const context = { timeZone: settings.timeZone, now: now() };
    const names = (await sources.list()).map(({ source }) => source);
    const chosen = typeof fields['source'] === 'string' ? fields['source'] : undefined;
    const { columns, isCalls, fault } = readAs(file);
    const isPlain = chosen === undefined && isCalls;
    const guess =
      chosen === undefined && !isCalls && fault === undefined
        ? await likelySource(file, sources, names, context)
        : undefined;
    const source = chosen ?? guess ?? (isPlain ? 'none' : 'own');
    const wish = chosen === 'own' && 'userId' in fields ? mappingWishOf(fields) : likelyWish(columns);
    const result = fault === undefined ? await tryAs(source, file, wish) : { fault };
    const html = String(
      <PreviewContent
        look={c.get('look')}
        sources={names}
        source={source}
        guessed={guess !== undefined || isPlain}
        preview={result.preview}
        columns={columns}
        fault={result.fault}
        wish={wish}
        taxonomy={settings.taxonomy}
        ready={result.preview !== undefined && source !== 'own'}
      />,
    );
    return c.json({ html, source });

    async function tryAs(name: string, head: FileHead, of: typeof wish): Promise<Tried> {
      if (name === 'none') return tried(head, undefined, context);
      if (name !== 'own') return tried(head, (await sources.mapping(name))?.mapping, context);
      try {
        return tried(head, mappingFor(of), context);
      } catch (error) {
        if (error instanceof ImportError) return { fault: error.message };
        throw error;
      }
    }
  });

  app.post('/console/imports/mapping.json', needs('operator'), async (c) => {
    const { name, fields } = await body(c, Saved);
    const mapping = orInvalid(() => mappingFor(mappingWishOf(fields)));
    await sources.store(name, mapping, c.get('session').caller.id);
    return c.json({ source: name });
  });

  app.post('/console/imports/announce.json', needs('operator'), async (c) =>
    c.json(await imports.create(await body(c, Announced))),
  );

  app.post('/console/imports/:file{imp_\\w+\\.upload\\.json}', needs('operator'), async (c) => {
    const ticket = await imports.renew(c.req.param('file').replace(/\.upload\.json$/, ''));
    if (ticket === undefined) throw new ConsoleError(404, 'notFound');
    return c.json(ticket);
  });

  app.post('/console/imports/:file{imp_\\w+\\.complete\\.json}', needs('operator'), async (c) => {
    const importId = c.req.param('file').replace(/\.complete\.json$/, '');
    const job = await imports.complete(importId, (await body(c, Parts)).parts);
    if (job === undefined) throw new ConsoleError(404, 'notFound');
    return c.json({ importId });
  });
}

async function body<S extends z.ZodType>(c: Context, schema: S): Promise<z.infer<S>> {
  const parsed = schema.safeParse(await c.req.json().catch(() => undefined));
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new ConsoleError(400, 'invalid', { message: faults.join('; ') });
}

function orInvalid<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof ImportError) throw new ConsoleError(400, 'invalid', { message: error.message });
    throw error;
  }
}
