import { Scroll } from '#lib/console/layout/components.tsx';
import { MemberLink } from '#lib/console/layout/member-link.tsx';
import type { View } from '#lib/console/layout/view.ts';
import type { FittedModel } from '#lib/models/model-files.ts';
import { valueWords } from './messages.ts';

const SHOWN = 10;

/** Who moves others: the most influential, and the fewest who reach the most. */
export function InfluenceCard({ view, model }: { view: View; model: FittedModel<'influence'> }) {
  const words = valueWords[view.lang];
  const { format } = view;
  const { role } = view.session.caller;
  const link = (userId: string) => <MemberLink member={{ userId, name: null }} role={role} />;
  return (
    <div class="figures">
      <section class="card" aria-labelledby="influence">
        <h2 id="influence">{words.influence}</h2>
        <p class="caption">
          {words.influenceHow(format.count(model.card.ties), format.count(model.card.circles))}
        </p>
        <Scroll label={words.influence}>
          <table>
            <thead>
              <tr>
                <th scope="col">{words.rank}</th>
                <th scope="col" class="left">
                  {words.member}
                </th>
                <th scope="col">{words.percentile}</th>
                <th scope="col">{words.circle}</th>
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
        <h2 id="reach">{words.reach}</h2>
        <p class="caption">{words.reachHow}</p>
        <Scroll label={words.reach}>
          <table>
            <thead>
              <tr>
                <th scope="col">{words.member}</th>
                <th scope="col">{words.added}</th>
                <th scope="col">{words.reached}</th>
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
