import { MemberLink } from '#lib/console/layout/member-link.tsx';
import type { View } from '#lib/console/layout/view.ts';
import { whyListed } from '#lib/console/messages/why-listed.ts';
import { todayWords } from '#lib/console/pages/today/messages.ts';
import type { ListName, Report } from '#lib/reports/report.ts';

const SHORT = 5;
/** A report lists no more than this many. */
const MOST_LISTED = 50;

/** The first five of a list of people, each with why. */
export function ShortList({ view, report, list }: { view: View; report: Report; list: ListName }) {
  const words = todayWords[view.lang];
  const members = report.lists[list];
  const { role } = view.session.caller;
  return (
    <section class="card people" aria-labelledby={`list-${list}`}>
      <header>
        <h3 id={`list-${list}`}>{words.lists[list]}</h3>
        {members.length > SHORT ? (
          <a class="quiet" href={`/console/members?list=${list}`}>
            {words[members.length < MOST_LISTED ? 'all' : 'first'](view.format.count(members.length))}
          </a>
        ) : null}
      </header>
      {members.length === 0 ? (
        <p class="empty">{words.noneListed[list]}</p>
      ) : (
        <ol>
          {members.slice(0, SHORT).map((member) => (
            <li>
              <MemberLink member={member} role={role} />
              <span class="why">{whyListed(list, member.why, view.lang, view.format)}</span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
