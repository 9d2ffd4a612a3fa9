import { FigureCard } from '#lib/console/charts/chart-card.tsx';
import { shownId, shownText } from '#lib/console/data/masking.ts';
import { memberPath } from '#lib/console/layout/member-link.tsx';
import type { View } from '#lib/console/layout/view.ts';
import type { FeedbackText, Report } from '#lib/reports/report.ts';
import { npsFigure, ratingFigure } from './charts.ts';
import { feedbackWords } from './messages.ts';

const SHOWN = 12;
const GROUPS = ['high', 'middle', 'low'] as const;

/** What members say, in numbers and in their own words. */
export function FeedbackContent({ view, report, of }: { view: View; report: Report; of: string }) {
  const words = feedbackWords[view.lang];
  const { format } = view;
  const { nps, rating } = report.feedback;
  return (
    <>
      <p class="headline">
        {nps.value === null ? words.noNps : words.npsNow(format.count(nps.value))}{' '}
        {rating.mean === null
          ? words.noRating
          : words.ratingNow(format.decimal(rating.mean), format.count(rating.count))}
      </p>
      {nps.value === null ? null : (
        <p class="caption">
          {words.npsMade(
            format.count(nps.promoters),
            format.count(nps.passives),
            format.count(nps.detractors),
          )}
        </p>
      )}
      <div class="figures">
        <FigureCard view={view} figure={npsFigure(report, view)} of={of} />
        <FigureCard view={view} figure={ratingFigure(report, view)} of={of} />
      </div>
      <Keywords view={view} report={report} />
      <section class="card" aria-labelledby="latest">
        <h2 id="latest">{words.latest}</h2>
        {report.feedback.latest.length === 0 ? (
          <p class="empty">{words.noLatest}</p>
        ) : (
          <>
            <Texts view={view} texts={report.feedback.latest.slice(0, SHOWN)} />
            {report.feedback.latest.length > SHOWN ? (
              <details>
                <summary class="muted">{words.older}</summary>
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
  const words = feedbackWords[view.lang];
  return (
    <section class="card" aria-labelledby="keywords">
      <header>
        <h2 id="keywords">{words.words}</h2>
        <a class="csv" href="/console/feedback/keywords.csv" download>
          CSV
        </a>
      </header>
      <dl class="facts left">
        {GROUPS.map((group) => (
          <>
            <dt>{words.groups[group]}</dt>
            <dd class="words">
              {report.feedback.keywords[group].length === 0 ? (
                <span class="muted">{words.noWords}</span>
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
      <p class="caption">{words.wordsHow}</p>
    </section>
  );
}

function Text({ view, text: { userId, at, rating, nps, text } }: { view: View; text: FeedbackText }) {
  const words = feedbackWords[view.lang];
  const { format } = view;
  const { role } = view.session.caller;
  const id = shownId(userId, role);
  return (
    <li>
      <blockquote>{shownText(text, role)}</blockquote>
      <p class="muted small">
        {rating === null ? null : `${words.stars(format.count(rating))} · `}
        {nps === null ? null : `${words.recommend(format.count(nps))} · `}
        {id === userId ? <a href={memberPath(userId)}>{id}</a> : id} · {format.time(at)}
      </p>
    </li>
  );
}
