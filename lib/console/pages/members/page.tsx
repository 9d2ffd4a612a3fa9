import type { Published } from '#lib/console/data/deps.ts';
import {
  type FoundMember,
  parseListName,
  parseMemberQuery,
  searchMembers,
} from '#lib/console/data/member-search.ts';

import { MemberLink, Scroll } from '#lib/console/layout/components.tsx';

import { hrefWith, type View } from '#lib/console/layout/view.ts';
import { stageNames } from '#lib/console/messages/names.ts';
import { explainListing } from '#lib/console/messages/why-listed.ts';
import { todayMessages } from '#lib/console/pages/today/messages.ts';
import { LISTS, type ListName } from '#lib/reports/lists.ts';
import type { Report } from '#lib/reports/report.ts';
import { Filters, MemberTable } from './member-table.tsx';
import { membersMessages } from './messages.ts';

const PAGE_SIZE = 50;

interface MembersProps {
  view: View;
  published: Published & { report: Report };
  all: readonly FoundMember[];
}

/** Find somebody, or look through a list. */
export function MembersContent({ view, published, all }: MembersProps) {
  const messages = membersMessages[view.lang];
  const list = parseListName(view.query);
  return (
    <>
      <nav class="choices" aria-label={messages.lists}>
        <a href="/console/members" aria-current={list === undefined ? 'true' : undefined}>
          {messages.everybody}
        </a>
        {LISTS.map((one) => (
          <a href={`/console/members?list=${one}`} aria-current={list === one ? 'true' : undefined}>
            {todayMessages[view.lang].lists[one]}
          </a>
        ))}
      </nav>
      {list === undefined ? (
        <Everybody view={view} published={published} all={all} />
      ) : (
        <Listed view={view} report={published.report} list={list} />
      )}
    </>
  );
}

function Listed({ view, report, list }: { view: View; report: Report; list: ListName }) {
  const messages = membersMessages[view.lang];
  const { role } = view.session.caller;
  const members = report.lists[list];
  if (members.length === 0) return <p class="card empty">{todayMessages[view.lang].noneListed[list]}</p>;
  return (
    <section class="card">
      <p class="between">
        <span class="muted">{messages.found(view.format.count(members.length))}</span>
        <a class="csv" href={`/console/members/list.csv?list=${list}`} download>
          {messages.csv}
        </a>
      </p>
      <Scroll label={todayMessages[view.lang].lists[list]}>
        <table>
          <thead>
            <tr>
              <th scope="col">{messages.member}</th>
              <th scope="col" class="left">
                {messages.why}
              </th>
              <th scope="col" class="left">
                {messages.stage}
              </th>
            </tr>
          </thead>
          <tbody>
            {members.map((member) => (
              <tr>
                <th scope="row">
                  <MemberLink member={member} role={role} />
                </th>
                <td class="left wrap">{explainListing(list, member.why, view.lang, view.format)}</td>
                <td class="left">{stageNames[view.lang][member.stage]}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}

function Everybody({ view, published, all }: MembersProps) {
  const messages = membersMessages[view.lang];
  const query = parseMemberQuery(view.query);
  const found = searchMembers(all, query, view.session.caller.role);
  const pages = Math.max(1, Math.ceil(found.length / PAGE_SIZE));
  const page = Math.min(pages, Math.max(1, Number(view.query.get('page')) || 1));
  const shown = found.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE);
  const search = view.query.toString();
  return (
    <>
      <Filters view={view} published={published} query={query} />
      {found.length === 0 ? (
        <p class="card empty">{messages.nobody}</p>
      ) : (
        <section class="card">
          <p class="between">
            <span class="muted">{messages.found(view.format.count(found.length))}</span>
            <a class="csv" href={`/console/members/all.csv${search === '' ? '' : `?${search}`}`} download>
              {messages.csv}
            </a>
          </p>
          <MemberTable view={view} published={published} members={shown} query={query} />
          {pages === 1 ? null : (
            <p class="between pages">
              {page > 1 ? (
                <a href={hrefWith(view, { page: String(page - 1) })}>{messages.previous}</a>
              ) : (
                <span></span>
              )}
              <span class="muted">{messages.page(view.format.count(page), view.format.count(pages))}</span>
              {page < pages ? (
                <a href={hrefWith(view, { page: String(page + 1) })}>{messages.next}</a>
              ) : (
                <span></span>
              )}
            </p>
          )}
        </section>
      )}
    </>
  );
}
