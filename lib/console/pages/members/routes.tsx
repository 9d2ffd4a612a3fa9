import type { Hono } from 'hono';
import { csvDownload, toCsv } from '#lib/console/charts/csv.ts';

import type { ConsoleDeps } from '#lib/console/data/deps.ts';
import { visibleName } from '#lib/console/data/masking.ts';
import { parseListName, parseMemberQuery, searchMembers } from '#lib/console/data/member-search.ts';
import { memberPath } from '#lib/console/layout/components.tsx';
import { ConsoleError } from '#lib/console/layout/errors.tsx';
import { NoReport } from '#lib/console/layout/no-data.tsx';
import { renderPage } from '#lib/console/layout/page.tsx';
import { type ConsoleEnv, getView } from '#lib/console/layout/view.ts';
import { requireRole } from '#lib/console/session/guard.ts';
import { memberDaysChart } from './charts.ts';
import { listCsv, membersCsv } from './csv.ts';
import { MemberContent } from './member-page.tsx';
import { findProfileName } from './member-table.tsx';
import { membersMessages } from './messages.ts';
import { MembersContent } from './page.tsx';
import { parseRebuildOutcome, requestRebuild } from './rebuild.ts';

const EVENTS_SHOWN = 40;

/** Adds the lists of members and each one's page. */
export function membersRoutes(app: Hono<ConsoleEnv>, parts: ConsoleDeps): void {
  const { published, scored, members, recounts, assets } = parts;

  app.get('/console/members', async (c) => {
    const view = getView(c);
    const live = await published.live();
    const report = live?.report;
    const all = live && report ? await scored.all(report.asOf, live.current.publishedAt) : [];
    const { text } = parseMemberQuery(view.query);
    // Who came today is in no report yet, but has an id.
    const query = parseMemberQuery(view.query);
    if (text.trim() !== '' && searchMembers(all, query, view.session.caller.role).length === 0) {
      const member = await members.member(text.trim());
      if (member !== undefined) return c.redirect(memberPath(member.userId), 303);
    }
    const children =
      live === undefined || report === undefined ? (
        <NoReport view={view} />
      ) : (
        <MembersContent view={view} published={{ ...live, report }} all={all} />
      );
    const { title } = membersMessages[view.lang];
    return c.html(renderPage({ view, assets, navItem: 'members', title, published: live, children }));
  });

  app.get('/console/members/:file{(all|list)\\.csv}', async (c) => {
    const { session, ...viewContext } = getView(c);
    const { role } = session.caller;
    const live = await published.live();
    const report = live?.report;
    const list = parseListName(viewContext.query);
    if (live === undefined || report === undefined) throw new ConsoleError(404, 'notFound');
    if (c.req.param('file') === 'list.csv') {
      if (list === undefined) throw new ConsoleError(404, 'notFound');
      return csvDownload(c, `${list}-${report.asOf}`, listCsv({ ...live, report }, list, viewContext, role));
    }
    const found = searchMembers(
      await scored.all(report.asOf, live.current.publishedAt),
      parseMemberQuery(viewContext.query),
      role,
    );
    const findName = (id: string) => findProfileName(live, id, viewContext);
    return csvDownload(c, `members-${report.asOf}`, membersCsv(found, viewContext, role, findName));
  });

  app.post('/console/members/:path{.+/rebuild}', requireRole('operator'), async (c) => {
    const userId = c.req.param('path').replace(/\/rebuild$/, '');
    const outcome = await requestRebuild(userId, c.get('session').caller.id, { members, recounts });
    return c.redirect(`${memberPath(userId)}?rebuilt=${outcome}`, 303);
  });

  app.get('/console/members/:path{.+/days\\.csv}', async (c) => {
    const userId = c.req.param('path').replace(/\/days\.csv$/, '');
    const member = await members.member(userId, { explain: false });
    if (member === undefined) throw new ConsoleError(404, 'notFound');
    const viewContext = c.get('viewContext');
    const { columns, rows } = memberDaysChart(member, viewContext);
    return csvDownload(c, 'member-days', toCsv(columns, rows, viewContext.format));
  });

  app.get('/console/members/:userId{.+}', async (c) => {
    const view = getView(c);
    const userId = c.req.param('userId');
    const cursor = view.query.get('before') ?? undefined;
    const [member, timeline, live] = await Promise.all([
      members.member(userId, { explain: true, language: view.lang }),
      members.timeline(userId, { limit: EVENTS_SHOWN, cursor }),
      published.live(),
    ]);
    const messages = membersMessages[view.lang];
    const name = member?.traits['name'];
    const page = (title: string, children: ReturnType<typeof NoReport>) =>
      renderPage({ view, assets, navItem: 'members', title, published: live, children });
    if (member === undefined) {
      return c.html(page(messages.notFoundTitle, <p class="card empty">{messages.notFound}</p>), 404);
    }
    return c.html(
      page(
        visibleName({ userId, name: typeof name === 'string' ? name : null }, view.session.caller.role),
        <MemberContent
          view={view}
          member={member}
          events={timeline?.events ?? []}
          cursor={timeline?.cursor}
          rebuilt={parseRebuildOutcome(view.query.get('rebuilt') ?? '')}
        />,
      ),
    );
  });
}
