import type { Context, Hono } from 'hono';
import { allows, ROLES } from '#lib/auth/keys/access-key.ts';
import type { ConsoleParts } from '#lib/console/data/deps.ts';
import { ConsoleError } from '#lib/console/layout/console-error.ts';
import { pageOf } from '#lib/console/layout/page.tsx';
import { type ConsoleEnv, viewOf } from '#lib/console/layout/view.ts';
import { needs } from '#lib/console/session/guard.ts';
import { MOST_NAME } from './keys-card.tsx';
import { settingsWords } from './messages.ts';
import { SettingsContent } from './page.tsx';

/** Adds the settings, and for owners the keeping of keys. */
export function settingsRoutes(
  app: Hono<ConsoleEnv>,
  { keys, sources, settings, published, assets }: ConsoleParts,
): void {
  async function page(c: Context<ConsoleEnv>, made?: { name: string; key: string }): Promise<string> {
    const view = viewOf(c);
    const isOwner = allows(view.session.caller.role, 'owner');
    const [all, list, live] = await Promise.all([
      isOwner ? keys.list() : undefined,
      sources.list(),
      published.live(),
    ]);
    const children = (
      <SettingsContent view={view} settings={settings} sources={list} keys={all} made={made} />
    );
    const { title } = settingsWords[view.lang];
    return pageOf({ view, assets, place: 'settings', title, published: live, children });
  }

  app.get('/console/settings', async (c) => c.html(await page(c)));

  app.post('/console/settings/keys', needs('owner'), async (c) => {
    const { name, role } = await c.req.parseBody();
    const known = ROLES.find((one) => one === role);
    const text = typeof name === 'string' ? name.trim() : '';
    if (known === undefined || text === '' || text.length > MOST_NAME) {
      throw new ConsoleError(400, 'invalid', { message: settingsWords[c.get('look').lang].nameNeeded });
    }
    const { key } = await keys.issue({ name: text, role: known }, c.get('session').caller);
    return c.html(await page(c, { name: text, key }), 201);
  });

  app.post('/console/settings/keys/revoke', needs('owner'), async (c) => {
    const { id } = await c.req.parseBody();
    if (typeof id !== 'string' || !(await keys.revoke(id))) throw new ConsoleError(404, 'notFound');
    return c.redirect('/console/settings#keys', 303);
  });
}
