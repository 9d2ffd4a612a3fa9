import type { Hono } from 'hono';
import { csvOf } from '#lib/console/charts/csv.ts';
import { csvFile } from '#lib/console/charts/csv-answer.ts';
import type { ConsoleParts } from '#lib/console/data/deps.ts';
import { shownName } from '#lib/console/data/masking.ts';
import { listOf, memberQueryOf } from '#lib/console/data/member-query.ts';
import { membersFor } from '#lib/console/data/member-search.ts';
import { ConsoleError } from '#lib/console/layout/console-error.ts';
import { memberPath } from '#lib/console/layout/member-link.tsx';
import { NoFigures } from '#lib/console/layout/no-report.tsx';
import { pageOf } from '#lib/console/layout/page.tsx';
import { type ConsoleEnv, viewOf } from '#lib/console/layout/view.ts';
import { needs } from '#lib/console/session/guard.ts';
import { memberDaysFigure } from './charts.ts';
import { listCsv, membersCsv } from './csv.ts';
import { MemberContent } from './member-page.tsx';
import { membersWords } from './messages.ts';
import { MembersContent } from './page.tsx';
import { profileName } from './profile-name.ts';
import { readRebuilt, rebuilt } from './rebuild.ts';

const EVENTS_SHOWN = 40;

/** Adds the lists of members and each one's page. */
export function membersRoutes(app: Hono<ConsoleEnv>, parts: ConsoleParts): void {
  const { published, scored, members, recounts, assets } = parts;

  app.get('/console/members', async (c) => {
    const view = viewOf(c);
    const live = await published.live();
    const report = live?.report;
    const all = live && report ? await scored.all(report.asOf, live.current.publishedAt) : [];
    const { text } = memberQueryOf(view.query);
    // Who came today is in no report yet, but has an id.
    const query = memberQueryOf(view.query);
    if (text.trim() !== '' && membersFor(all, query, view.session.caller.role).length === 0) {
      const member = await members.member(text.trim());
      if (member !== undefined) return c.redirect(memberPath(member.userId), 303);
    }
    const children =
      live === undefined || report === undefined ? (
        <NoFigures view={view} />
      ) : (
        <MembersContent view={view} published={{ ...live, report }} all={all} />
      );
    const { title } = membersWords[view.lang];
    return c.html(pageOf({ view, assets, place: 'members', title, published: live, children }));
  });

  app.get('/console/members/:file{(all|list)\\.csv}', async (c) => {
    const { session, ...look } = viewOf(c);
    const { role } = session.caller;
    const live = await published.live();
    const report = live?.report;
    const list = listOf(look.query);
    if (live === undefined || report === undefined) throw new ConsoleError(404, 'notFound');
    if (c.req.param('file') === 'list.csv') {
      if (list === undefined) throw new ConsoleError(404, 'notFound');
      return csvFile(c, `${list}-${report.asOf}`, listCsv({ ...live, report }, list, look, role));
    }
    const found = membersFor(
      await scored.all(report.asOf, live.current.publishedAt),
      memberQueryOf(look.query),
      role,
    );
    const nameOf = (id: string) => profileName(live, id, look);
    return csvFile(c, `members-${report.asOf}`, membersCsv(found, look, role, nameOf));
  });

  app.post('/console/members/:path{.+/rebuild}', needs('operator'), async (c) => {
    const userId = c.req.param('path').replace(/\/rebuild$/, '');
    const told = await rebuilt(userId, c.get('session').caller.id, { members, recounts });
    return c.redirect(`${memberPath(userId)}?rebuilt=${told}`, 303);
  });

  app.get('/console/members/:path{.+/days\\.csv}', async (c) => {
    const userId = c.req.param('path').replace(/\/days\.csv$/, '');
    const member = await members.member(userId, { explain: false });
    if (member === undefined) throw new ConsoleError(404, 'notFound');
    const look = c.get('look');
    const { columns, rows } = memberDaysFigure(member, look);
    return csvFile(c, 'member-days', csvOf(columns, rows, look.format));
  });

  app.get('/console/members/:userId{.+}', async (c) => {
    const view = viewOf(c);
    const userId = c.req.param('userId');
    const cursor = view.query.get('before') ?? undefined;
    const [member, timeline, live] = await Promise.all([
      members.member(userId, { explain: true, language: view.lang }),
      members.timeline(userId, { limit: EVENTS_SHOWN, cursor }),
      published.live(),
    ]);
    const words = membersWords[view.lang];
    const name = member?.traits['name'];
    const page = (title: string, children: ReturnType<typeof NoFigures>) =>
      pageOf({ view, assets, place: 'members', title, published: live, children });
    if (member === undefined) {
      return c.html(page(words.notFoundTitle, <p class="card empty">{words.notFound}</p>), 404);
    }
    return c.html(
      page(
        shownName({ userId, name: typeof name === 'string' ? name : null }, view.session.caller.role),
        <MemberContent
          view={view}
          member={member}
          events={timeline?.events ?? []}
          cursor={timeline?.cursor}
          rebuilt={readRebuilt(view.query.get('rebuilt') ?? '')}
        />,
      ),
    );
  });
}
