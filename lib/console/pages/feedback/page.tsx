import { ChartCard } from '#lib/console/charts/chart-card.tsx';
import { visibleId, visibleText } from '#lib/console/data/masking.ts';
import { memberPath } from '#lib/console/layout/components.tsx';
import type { View } from '#lib/console/layout/view.ts';
import type { FeedbackText } from '#lib/reports/parts.ts';
import type { Report } from '#lib/reports/report.ts';
import { npsChart, ratingChart } from './charts.ts';
import { feedbackMessages } from './messages.ts';

const SHOWN = 12;
const GROUPS = ['high', 'middle', 'low'] as const;

/** What members say, in numbers and in their own words. */
export function FeedbackContent({ view, report, version }: { view: View; report: Report; version: string }) {
  const messages = feedbackMessages[view.lang];
  const { format } = view;
  const { nps, rating } = report.feedback;
  return (
    <>
      <p class="headline">
        {nps.value === null ? messages.noNps : messages.npsNow(format.count(nps.value))}{' '}
        {rating.mean === null
          ? messages.noRating
          : messages.ratingNow(format.decimal(rating.mean), format.count(rating.count))}
      </p>
      {nps.value === null ? null : (
        <p class="caption">
          {messages.npsMade(
            format.count(nps.promoters),
            format.count(nps.passives),
            format.count(nps.detractors),
          )}
        </p>
      )}
      <div class="charts">
        <ChartCard view={view} chart={npsChart(report, view)} version={version} />
        <ChartCard view={view} chart={ratingChart(report, view)} version={version} />
      </div>
      <Keywords view={view} report={report} />
      <section class="card" aria-labelledby="latest">
        <h2 id="latest">{messages.latest}</h2>
        {report.feedback.latest.length === 0 ? (
          <p class="empty">{messages.noLatest}</p>
        ) : (
          <>
            <Texts view={view} texts={report.feedback.latest.slice(0, SHOWN)} />
            {report.feedback.latest.length > SHOWN ? (
              <details>
                <summary class="muted">{messages.older}</summary>
                <Texts view={view} texts={report.feedback.latest.slice(SHOWN)} />
              </details>
            ) : null}
          </>
        )}
      </section>
    </>
  );
}

const Texts = ({ view, texts }: { view: View; texts: readonly FeedbackText[] }) => (
  <ul class="texts">
    {texts.map((text) => (
      <Text view={view} text={text} />
    ))}
  </ul>
);

function Keywords({ view, report }: { view: View; report: Report }) {
  const messages = feedbackMessages[view.lang];
  return (
    <section class="card" aria-labelledby="keywords">
      <header>
        <h2 id="keywords">{messages.words}</h2>
        <a class="csv" href="/console/feedback/keywords.csv" download>
          CSV
        </a>
      </header>
      <dl class="facts left">
        {GROUPS.map((group) => (
          <>
            <dt>{messages.groups[group]}</dt>
            <dd class="tags">
              {report.feedback.keywords[group].length === 0 ? (
                <span class="muted">{messages.noWords}</span>
              ) : (
                report.feedback.keywords[group].map(({ word, texts }) => (
                  <span class="tag">
                    {word} <span class="muted">{view.format.count(texts)}</span>
                  </span>
                ))
              )}
            </dd>
          </>
        ))}
      </dl>
      <p class="caption">{messages.wordsHow}</p>
    </section>
  );
}

function Text({ view, text: { userId, at, rating, nps, text } }: { view: View; text: FeedbackText }) {
  const messages = feedbackMessages[view.lang];
  const { format } = view;
  const { role } = view.session.caller;
  const id = visibleId(userId, role);
  return (
    <li>
      <blockquote>{visibleText(text, role)}</blockquote>
      <p class="muted small">
        {rating === null ? null : `${messages.stars(format.count(rating))} · `}
        {nps === null ? null : `${messages.recommend(format.count(nps))} · `}
        {id === userId ? <a href={memberPath(userId)}>{id}</a> : id} · {format.time(at)}
      </p>
    </li>
  );
}
