import { Scroll } from '#lib/console/layout/components.tsx';
import { MemberLink } from '#lib/console/layout/member-link.tsx';
import type { View } from '#lib/console/layout/view.ts';
import type { FittedModel } from '#lib/models/model-files.ts';
import { valueMessages } from './messages.ts';

const SHOWN = 10;

/** Who moves others: the most influential, and the fewest who reach the most. */
export function InfluenceCard({ view, model }: { view: View; model: FittedModel<'influence'> }) {
  const messages = valueMessages[view.lang];
  const { format } = view;
  const { role } = view.session.caller;
  const link = (userId: string) => <MemberLink member={{ userId, name: null }} role={role} />;
  return (
    <div class="figures">
      <section class="card" aria-labelledby="influence">
        <h2 id="influence">{messages.influence}</h2>
        <p class="caption">
          {messages.influenceHow(format.count(model.card.ties), format.count(model.card.circles))}
        </p>
        <Scroll label={messages.influence}>
          <table>
            <thead>
              <tr>
                <th scope="col">{messages.rank}</th>
                <th scope="col" class="left">
                  {messages.member}
                </th>
                <th scope="col">{messages.percentile}</th>
                <th scope="col">{messages.circle}</th>
              </tr>
            </thead>
            <tbody>
              {model.top.slice(0, SHOWN).map(({ userId, percentile, circle }, i) => (
                <tr>
                  <th scope="row">{i + 1}</th>
                  <td class="left">{link(userId)}</td>
                  <td>{format.above(percentile)}</td>
                  <td>{circle + 1}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      </section>
      <section class="card" aria-labelledby="reach">
        <h2 id="reach">{messages.reach}</h2>
        <p class="caption">{messages.reachHow}</p>
        <Scroll label={messages.reach}>
          <table>
            <thead>
              <tr>
                <th scope="col">{messages.member}</th>
                <th scope="col">{messages.added}</th>
                <th scope="col">{messages.reached}</th>
              </tr>
            </thead>
            <tbody>
              {model.reach.slice(0, SHOWN).map(({ userId, added, reached }) => (
                <tr>
                  <th scope="row">{link(userId)}</th>
                  <td>{format.count(added)}</td>
                  <td>{format.count(reached)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      </section>
    </div>
  );
}
