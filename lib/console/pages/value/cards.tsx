import { allows } from '#lib/auth/keys/access-key.ts';
import type { Published } from '#lib/console/data/deps.ts';
import { Scroll } from '#lib/console/layout/components.tsx';
import { FormToken } from '#lib/console/layout/page.tsx';
import type { View } from '#lib/console/layout/view.ts';
import { addDays } from '#lib/events/calendar.ts';
import { MODEL_KINDS } from '#lib/models/model-files.ts';
import { valueWords } from './messages.ts';

/** What was live when, and for owners the way back. */
export function HistoryCard({ view, published }: { view: View; published: Published }) {
  const words = valueWords[view.lang];
  const { history, publishedAt } = published.current;
  const isOwner = allows(view.session.caller.role, 'owner');
  return (
    <section class="card" id="history" aria-labelledby="history-title">
      <h2 id="history-title">{words.history}</h2>
      <p class="caption">{words.historyHow}</p>
      <Scroll label={words.history}>
        <table>
          <thead>
            <tr>
              <th scope="col">{words.published}</th>
              <th scope="col">{words.facts.asOf}</th>
              <th scope="col" class="left">
                {words.by}
              </th>
              <th scope="col" class="left">
                {words.models}
              </th>
              <th scope="col"></th>
            </tr>
          </thead>
          <tbody>
            {history.slice(0, 12).map((one) => (
              <tr>
                <th scope="row">{view.format.time(one.publishedAt)}</th>
                <td>{addDays(one.asOf, -1)}</td>
                <td class="left">{words.byName[one.by]}</td>
                <td class="left muted">
                  {MODEL_KINDS.filter((kind) => one.models[kind] !== undefined)
                    .map((kind) => words.kinds[kind])
                    .join(view.lang === 'zh' ? '、' : ', ')}
                </td>
                <td>
                  {one.publishedAt === publishedAt ? (
                    <span class="state done">{words.live}</span>
                  ) : isOwner ? (
                    <form method="post" action="/console/value/rollback" class="inline">
                      <FormToken view={view} />
                      <input type="hidden" name="publishedAt" value={one.publishedAt} />
                      <button type="submit" class="plain">
                        {words.back}
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
