import { allows } from '#lib/auth/keys/access-key.ts';
import { FigureCard } from '#lib/console/charts/chart-card.tsx';
import { seesNames, shownId, shownTraits } from '#lib/console/data/masking.ts';
import { Scroll } from '#lib/console/layout/components.tsx';
import { memberPath } from '#lib/console/layout/member-link.tsx';
import { FormToken } from '#lib/console/layout/page.tsx';
import type { View } from '#lib/console/layout/view.ts';
import { actionWords } from '#lib/console/messages/names.ts';
import { ACTIONS } from '#lib/events/taxonomy.ts';
import type { MemberView, TimelineEvent } from '#lib/scoring/live/view.ts';
import { memberDaysFigure } from './charts.ts';
import { MemberReasons, MemberScore } from './member-cards.tsx';
import { MemberTimeline } from './member-timeline.tsx';
import { membersWords } from './messages.ts';
import type { Rebuilt } from './rebuild.ts';

interface MemberProps {
  view: View;
  member: MemberView;
  events: readonly TimelineEvent[];
  cursor: string | undefined;
  /** what came of a rebuild, just now */
  rebuilt: Rebuilt | undefined;
}

/** One member: how they are, why, and what they did. */
export function MemberContent({ view, member, events, cursor, rebuilt }: MemberProps) {
  const words = membersWords[view.lang];
  const { format } = view;
  const { role } = view.session.caller;
  return (
    <>
      {rebuilt === undefined ? null : (
        <p class="bar good" role="status">
          {typeof rebuilt === 'string'
            ? words.rebuildGoesOn[rebuilt]
            : words.rebuilt(format.count(rebuilt.events), format.count(rebuilt.repaired))}
        </p>
      )}
      {seesNames(role) ? null : <p class="caption">{words.masked}</p>}
      <div class="cards start">
        <MemberScore view={view} score={member.score} />
        <div class="stack">
          <MemberReasons view={view} score={member.score} />
          <Counted view={view} member={member} />
        </div>
      </div>
      <FigureCard
        view={view}
        figure={memberDaysFigure(member, view)}
        of={`${member.score.asOf} ${JSON.stringify(member.days)}`}
        share="full"
      />
      <div class="two">
        <MemberTimeline view={view} events={events} cursor={cursor} />
        <div class="stack">
          <About view={view} member={member} />
          {allows(role, 'operator') ? (
            <section class="card">
              <form method="post" action={`${memberPath(member.userId)}/rebuild`}>
                <FormToken view={view} />
                <button type="submit" class="plain">
                  {words.rebuild}
                </button>
                <p class="hint">{words.rebuildHow}</p>
              </form>
            </section>
          ) : null}
        </div>
      </div>
    </>
  );
}

function About({ view, member }: { view: View; member: MemberView }) {
  const words = membersWords[view.lang];
  const { format } = view;
  const { role } = view.session.caller;
  const traits = Object.entries(shownTraits(member.traits, role));
  return (
    <section class="card" aria-labelledby="traits">
      <h2 id="traits">{words.traits}</h2>
      {traits.length === 0 ? (
        <p class="empty">{words.noTraits}</p>
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
      <h3>{words.ids}</h3>
      <ul>
        {member.ids.map((id) => (
          <li class="muted small">{shownId(id, role)}</li>
        ))}
      </ul>
      <dl class="facts">
        <dt>{words.joined}</dt>
        <dd>{member.firstSeen === null ? '–' : format.time(member.firstSeen)}</dd>
        <dt>{words.last}</dt>
        <dd>{member.lastSeen === null ? '–' : format.time(member.lastSeen)}</dd>
      </dl>
    </section>
  );
}

function Counted({ view, member }: { view: View; member: MemberView }) {
  const words = membersWords[view.lang];
  const { format } = view;
  const { today, last30Days, total } = member.counts;
  const done = ACTIONS.filter((action) => total[action] > 0);
  const paid = member.netPaymentMinor;
  return (
    <section class="card" aria-labelledby="counted">
      <h2 id="counted">{words.done}</h2>
      <Scroll label={words.done}>
        <table>
          <thead>
            <tr>
              <td></td>
              <th scope="col">{words.today}</th>
              <th scope="col">{words.days30}</th>
              <th scope="col">{words.total}</th>
            </tr>
          </thead>
          <tbody>
            {done.map((action) => (
              <tr>
                <th scope="row">{actionWords[view.lang][action]}</th>
                <td>{format.count(today[action])}</td>
                <td>{format.count(last30Days[action])}</td>
                <td>{format.count(total[action])}</td>
              </tr>
            ))}
            <tr>
              <th scope="row">{words.paid}</th>
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
