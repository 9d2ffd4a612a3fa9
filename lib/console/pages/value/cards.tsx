import { allows } from '#lib/auth/keys/access-key.ts';
import type { Published } from '#lib/console/data/deps.ts';
import { Scroll } from '#lib/console/layout/components.tsx';
import { CsrfField } from '#lib/console/layout/page.tsx';
import type { View } from '#lib/console/layout/view.ts';
import { addDays } from '#lib/events/calendar.ts';
import { MODEL_KINDS } from '#lib/models/model-files.ts';
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
