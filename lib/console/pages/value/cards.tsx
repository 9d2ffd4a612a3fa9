import { allows } from '#lib/auth/keys/access-key.ts';
import type { Published } from '#lib/console/data/deps.ts';
import { ConvergenceNote, MemberLink, Scroll } from '#lib/console/layout/components.tsx';
import { CsrfField } from '#lib/console/layout/page.tsx';
import type { View } from '#lib/console/layout/view.ts';
import { addDays } from '#lib/events/calendar.ts';
import { MODEL_KINDS } from '#lib/models/model-files.ts';
import type { FittedModel } from '#lib/models/registry/models.ts';
import { valueMessages } from './messages.ts';

/** What was live when, and for owners the way back. */
export function HistoryCard({ view, published }: { view: View; published: Published }) {
  const messages = valueMessages[view.lang];
  const { history, publishedAt } = published.current;
  const isOwner = allows(view.session.caller.role, 'owner');
  return (
    <section class="card" id="history" aria-labelledby="history-title">
      <h2 id="history-title">{messages.history}</h2>
      <p class="caption">{messages.historyHow}</p>
      <Scroll label={messages.history}>
        <table>
          <thead>
            <tr>
              <th scope="col">{messages.published}</th>
              <th scope="col">{messages.facts.asOf}</th>
              <th scope="col" class="left">
                {messages.by}
              </th>
              <th scope="col" class="left">
                {messages.models}
              </th>
              <th scope="col"></th>
            </tr>
          </thead>
          <tbody>
            {history.slice(0, 12).map((one) => (
              <tr>
                <th scope="row">{view.format.time(one.publishedAt)}</th>
                <td>{addDays(one.asOf, -1)}</td>
                <td class="left">{messages.byName[one.by]}</td>
                <td class="left muted">
                  {MODEL_KINDS.filter((kind) => one.models[kind] !== undefined)
                    .map((kind) => messages.kinds[kind])
                    .join(view.lang === 'zh' ? '、' : ', ')}
                </td>
                <td>
                  {one.publishedAt === publishedAt ? (
                    <span class="state done">{messages.live}</span>
                  ) : isOwner ? (
                    <form method="post" action="/console/value/rollback" class="inline">
                      <CsrfField view={view} />
                      <input type="hidden" name="publishedAt" value={one.publishedAt} />
                      <button type="submit" class="plain">
                        {messages.back}
                      </button>
                    </form>
                  ) : null}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}

const SHOWN = 10;

/** Who moves others: the most influential, and the fewest who reach the most. */
export function InfluenceCard({ view, model }: { view: View; model: FittedModel<'influence'> }) {
  const messages = valueMessages[view.lang];
  const { format } = view;
  const { role } = view.session.caller;
  const link = (userId: string) => <MemberLink member={{ userId, name: null }} role={role} />;
  return (
    <div class="charts">
      <section class="card" aria-labelledby="influence">
        <h2 id="influence">{messages.influence}</h2>
        <p class="caption">
          {messages.influenceHow(format.count(model.card.ties), format.count(model.card.circles))}
        </p>
        <ConvergenceNote card={model.card} sentence={messages.notConverged} view={view} />
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
