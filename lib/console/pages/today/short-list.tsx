import { MemberLink } from '#lib/console/layout/member-link.tsx';
import type { View } from '#lib/console/layout/view.ts';
import { explainListing } from '#lib/console/messages/why-listed.ts';
import { todayMessages } from '#lib/console/pages/today/messages.ts';
import type { ListName, Report } from '#lib/reports/report.ts';

const SHORT = 5;
/** A report lists no more than this many. */
const MAX_LISTED = 50;

/** The first five of a list of people, each with why. */
export function ShortList({ view, report, list }: { view: View; report: Report; list: ListName }) {
  const messages = todayMessages[view.lang];
  const members = report.lists[list];
  const { role } = view.session.caller;
  return (
    <section class="card people" aria-labelledby={`list-${list}`}>
      <header>
        <h3 id={`list-${list}`}>{messages.lists[list]}</h3>
        {members.length > SHORT ? (
          <a class="quiet" href={`/console/members?list=${list}`}>
            {messages[members.length < MAX_LISTED ? 'all' : 'first'](view.format.count(members.length))}
          </a>
        ) : null}
      </header>
      {members.length === 0 ? (
        <p class="empty">{messages.noneListed[list]}</p>
      ) : (
        <ol>
          {members.slice(0, SHORT).map((member) => (
            <li>
              <MemberLink member={member} role={role} />
              <span class="why">{explainListing(list, member.why, view.lang, view.format)}</span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
