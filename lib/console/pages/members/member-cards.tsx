import type { View } from '#lib/console/layout/view.ts';
import { stageNames } from '#lib/console/messages/stage-names.ts';
import type { ScoreView } from '#lib/scoring/live/score-view.ts';
import type { ScorePart } from '#lib/scoring/score.ts';
import { membersMessages } from './messages.ts';

const MAX_REASONS = 5;

/** What can be said of a member right now; what cannot says why. */
export function MemberScore({ view, score }: { view: View; score: ScoreView }) {
  const messages = membersMessages[view.lang];
  const { format } = view;
  const { activity, retention, stage, churnRisk, profile, value, influence } = score;
  const unknown = (figure: ScorePart) => (
    <span class="muted">{messages.unknown[score.missing[figure] ?? 'no_model']}</span>
  );
  return (
    <section class="card" aria-labelledby="score">
      <h2 id="score">{messages.score}</h2>
      <p class="caption">{messages.scoreHow}</p>
      <dl class="facts">
        <dt>{messages.stageNow}</dt>
        <dd>{stage === null ? unknown('stage') : <span class="tag">{stageNames[view.lang][stage]}</span>}</dd>
        <dt>{messages.profileNow}</dt>
        <dd>
          {profile === null ? (
            unknown('profile')
          ) : (
            <a href={`/console/profiles#profile-${profile.id}`}>{profile.name}</a>
          )}
        </dd>
        <dt>{messages.risk}</dt>
        <dd>{churnRisk === null ? unknown('churnRisk') : format.share(churnRisk)}</dd>
        <dt>{messages.value}</dt>
        <dd>
          {value === null ? (
            unknown('value')
          ) : (
            <>
              {format.money(value.amountMinor)}
              <br />
              <span class="muted small">
                {messages.valueRange(format.money(value.low), format.money(value.high))}
              </span>
            </>
          )}
        </dd>
        <dt>{messages.activity}</dt>
        <dd>
          {activity.value === null ? unknown('activity') : format.decimal(activity.value, 3)}
          {activity.percentile === null ? null : (
            <>
              <br />
              <span class="muted small">
                {messages.activityMore(format.count(activity.count), format.above(activity.percentile))}
              </span>
            </>
          )}
        </dd>
        <dt>{messages.retention}</dt>
        <dd>{retention === null ? unknown('retention') : format.share(retention)}</dd>
        <dt>{messages.influence}</dt>
        <dd>
          {influence === null
            ? unknown('influence')
            : messages.influenceMore(format.count(influence.rank), format.above(influence.percentile))}
        </dd>
      </dl>
    </section>
  );
}

/** Why: sentences about this member against the community. */
export function MemberReasons({ view, score }: { view: View; score: ScoreView }) {
  const messages = membersMessages[view.lang];
  const { format } = view;
  const reasons = score.profile?.reasons ?? [];
  const parts = score.value?.contributions ?? [];
  if (reasons.length === 0 && parts.length === 0) return null;
  return (
    <section class="card">
      {reasons.length === 0 ? null : (
        <>
          <h2>{messages.whyProfile}</h2>
          <ul class="reasons">
            {reasons.map((reason) => (
              <li>{reason.words}</li>
            ))}
          </ul>
        </>
      )}
      {parts.length === 0 || score.value === null ? null : (
        <>
          <h2>{messages.whyValue}</h2>
          <ul class="reasons">
            <li class="muted">{messages.base(format.money(score.value.base))}</li>
            {parts.slice(0, MAX_REASONS).map((part) => (
              <li class="between">
                <span>{part.words}</span>
                <span class="muted">
                  {part.amountMinor < 0
                    ? messages.takes(format.money(-part.amountMinor))
                    : messages.adds(format.money(part.amountMinor))}
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
