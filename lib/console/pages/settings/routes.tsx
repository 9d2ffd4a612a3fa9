import type { Context, Hono } from 'hono';
import { allows, ROLES } from '#lib/auth/keys/access-key.ts';
import type { ConsoleDeps } from '#lib/console/data/deps.ts';
import { ConsoleError } from '#lib/console/layout/errors.tsx';
import { renderPage } from '#lib/console/layout/page.tsx';
import { type ConsoleEnv, getView } from '#lib/console/layout/view.ts';
import { requireRole } from '#lib/console/session/guard.ts';
import { MAX_NAME_LENGTH } from './keys-card.tsx';
import { settingsMessages } from './messages.ts';
import { SettingsContent } from './page.tsx';

/** Adds the settings, and for owners the keeping of keys. */
export function settingsRoutes(
  app: Hono<ConsoleEnv>,
  { keys, sources, settings, published, assets }: ConsoleDeps,
): void {
  async function page(c: Context<ConsoleEnv>, made?: { name: string; key: string }): Promise<string> {
    const view = getView(c);
    const isOwner = allows(view.session.caller.role, 'owner');
    const [all, list, live] = await Promise.all([
      isOwner ? keys.list() : undefined,
      sources.list(),
      published.live(),
    ]);
    const children = (
      <SettingsContent view={view} settings={settings} sources={list} keys={all} made={made} />
    );
    const { title } = settingsMessages[view.lang];
    return renderPage({ view, assets, navItem: 'settings', title, published: live, children });
  }

  app.get('/console/settings', async (c) => c.html(await page(c)));

  app.post('/console/settings/keys', requireRole('owner'), async (c) => {
    const { name, role } = await c.req.parseBody();
    const known = ROLES.find((one) => one === role);
    const text = typeof name === 'string' ? name.trim() : '';
    if (known === undefined || text === '' || text.length > MAX_NAME_LENGTH) {
      throw new ConsoleError(400, 'invalid', {
        message: settingsMessages[c.get('viewContext').lang].nameNeeded,
      });
    }
    const { key } = await keys.issue({ name: text, role: known }, c.get('session').caller);
    return c.html(await page(c, { name: text, key }), 201);
  });

  app.post('/console/settings/keys/revoke', requireRole('owner'), async (c) => {
    const { id } = await c.req.parseBody();
    if (typeof id !== 'string' || !(await keys.revoke(id))) throw new ConsoleError(404, 'notFound');
    return c.redirect('/console/settings#keys', 303);
  });
}
