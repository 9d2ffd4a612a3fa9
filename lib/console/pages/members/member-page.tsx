import { allows } from '#lib/auth/keys/access-key.ts';
import { ChartCard } from '#lib/console/charts/chart-card.tsx';
import { canSeeNames, visibleId, visibleTraits } from '#lib/console/data/masking.ts';
import { memberPath, Scroll } from '#lib/console/layout/components.tsx';
import { CsrfField } from '#lib/console/layout/page.tsx';
import type { View } from '#lib/console/layout/view.ts';
import { actionNames } from '#lib/console/messages/names.ts';
import { ACTIONS } from '#lib/events/taxonomy.ts';
import type { TimelineEvent } from '#lib/members/timeline.ts';
import type { MemberView } from '#lib/scoring/live/member-view.ts';
import { memberDaysChart } from './charts.ts';
import { MemberReasons, MemberScore, MemberTimeline } from './member-cards.tsx';

import { membersMessages } from './messages.ts';
import type { RebuildOutcome } from './rebuild.ts';

interface MemberProps {
  view: View;
  member: MemberView;
  events: readonly TimelineEvent[];
  cursor: string | undefined;
  /** what came of a rebuild, just now */
  rebuilt: RebuildOutcome | undefined;
}

/** One member: how they are, why, and what they did. */
export function MemberContent({ view, member, events, cursor, rebuilt }: MemberProps) {
  const messages = membersMessages[view.lang];
  const { format } = view;
  const { role } = view.session.caller;
  return (
    <>
      {rebuilt === undefined ? null : (
        <p class="bar good" role="status">
          {typeof rebuilt === 'string'
            ? messages.rebuildGoesOn[rebuilt]
            : messages.rebuilt(format.count(rebuilt.events), format.count(rebuilt.repaired))}
        </p>
      )}
      {canSeeNames(role) ? null : <p class="caption">{messages.masked}</p>}
      <div class="cards start">
        <MemberScore view={view} score={member.score} />
        <div class="stack">
          <MemberReasons view={view} score={member.score} />
          <Counted view={view} member={member} />
        </div>
      </div>
      <ChartCard
        view={view}
        chart={memberDaysChart(member, view)}
        version={`${member.score.asOf} ${JSON.stringify(member.days)}`}
        share="full"
      />
      <div class="two">
        <MemberTimeline view={view} events={events} cursor={cursor} />
        <div class="stack">
          <About view={view} member={member} />
          {allows(role, 'operator') ? (
            <section class="card">
              <form method="post" action={`${memberPath(member.userId)}/rebuild`}>
                <CsrfField view={view} />
                <button type="submit" class="plain">
                  {messages.rebuild}
                </button>
                <p class="hint">{messages.rebuildHow}</p>
              </form>
            </section>
          ) : null}
        </div>
      </div>
    </>
  );
}

function About({ view, member }: { view: View; member: MemberView }) {
  const messages = membersMessages[view.lang];
  const { format } = view;
  const { role } = view.session.caller;
  const traits = Object.entries(visibleTraits(member.traits, role));
  return (
    <section class="card" aria-labelledby="traits">
      <h2 id="traits">{messages.traits}</h2>
      {traits.length === 0 ? (
        <p class="empty">{messages.noTraits}</p>
      ) : (
        <dl class="facts">
          {traits.map(([name, value]) => (
            <>
              <dt>{name}</dt>
              <dd>{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
            </>
          ))}
        </dl>
      )}
      <h3>{messages.ids}</h3>
      <ul>
        {member.ids.map((id) => (
          <li class="muted small">{visibleId(id, role)}</li>
        ))}
      </ul>
      <dl class="facts">
        <dt>{messages.joined}</dt>
        <dd>{member.firstSeen === null ? '–' : format.time(member.firstSeen)}</dd>
        <dt>{messages.last}</dt>
        <dd>{member.lastSeen === null ? '–' : format.time(member.lastSeen)}</dd>
      </dl>
    </section>
  );
}

function Counted({ view, member }: { view: View; member: MemberView }) {
  const messages = membersMessages[view.lang];
  const { format } = view;
  const { today, last30Days, total } = member.counts;
  const done = ACTIONS.filter((action) => total[action] > 0);
  const paid = member.netPaymentMinor;
  return (
    <section class="card" aria-labelledby="counted">
      <h2 id="counted">{messages.done}</h2>
      <Scroll label={messages.done}>
        <table>
          <thead>
            <tr>
              <td></td>
              <th scope="col">{messages.today}</th>
              <th scope="col">{messages.days30}</th>
              <th scope="col">{messages.total}</th>
            </tr>
          </thead>
          <tbody>
            {done.map((action) => (
              <tr>
                <th scope="row">{actionNames[view.lang][action]}</th>
                <td>{format.count(today[action])}</td>
                <td>{format.count(last30Days[action])}</td>
                <td>{format.count(total[action])}</td>
              </tr>
            ))}
            <tr>
              <th scope="row">{messages.paid}</th>
              <td>{format.money(paid.today)}</td>
              <td>{format.money(paid.last30Days)}</td>
              <td>{format.money(paid.total)}</td>
            </tr>
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}
