import type { Role } from '#lib/auth/keys/access-key.ts';
import { visibleText, visibleTraits } from '#lib/console/data/masking.ts';
import { hrefWith, type View } from '#lib/console/layout/view.ts';
import { actionNames, stageNames } from '#lib/console/messages/names.ts';
import type { TimelineEvent } from '#lib/members/timeline.ts';
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

const SUMMARY_FIELDS = [
  'title',
  'name',
  'text',
  'comment',
  'lessonName',
  'productName',
  'product',
  'targetUserId',
  'path',
  'url',
];
const MAX_LETTERS = 80;

interface TimelineProps {
  view: View;
  events: readonly TimelineEvent[];
  cursor: string | undefined;
}

/** What a member did, newest first. */
export function MemberTimeline({ view, events, cursor }: TimelineProps) {
  const messages = membersMessages[view.lang];
  const { role } = view.session.caller;
  return (
    <section class="card" id="timeline" aria-labelledby="timeline-title">
      <h2 id="timeline-title">{messages.timeline}</h2>
      <ol class="timeline">
        {events.map((event) => (
          <li>
            <time datetime={event.timestamp}>{view.format.time(event.timestamp)}</time>
            <div>
              <b>{formatTitle(event, view)}</b> <span class="muted">{summarize(event, role)}</span>
            </div>
            <Details event={event} role={role} />
          </li>
        ))}
      </ol>
      <p class="between">
        {view.query.has('before') ? (
          <a href={hrefWith(view, { before: null })}>{messages.newest}</a>
        ) : (
          <span></span>
        )}
        {cursor === undefined ? null : (
          <a href={`${hrefWith(view, { before: cursor })}#timeline`}>{messages.older}</a>
        )}
      </p>
    </section>
  );
}

function formatTitle({ action, event, name, type }: TimelineEvent, { lang }: View): string {
  const own = event ?? name ?? type;
  return action === undefined ? own : `${actionNames[lang][action]} · ${own}`;
}

function summarize({ properties, traits, type }: TimelineEvent, role: Role): string {
  if (type === 'identify') return Object.keys(traits ?? {}).join(', ');
  const shown = visibleTraits(properties ?? {}, role);
  const summary = SUMMARY_FIELDS.map((name) => shown[name]).find(
    (value) => typeof value === 'string' && value !== '',
  );
  if (typeof summary !== 'string') return '';
  const text = visibleText(summary, role);
  return text.length > MAX_LETTERS ? `${text.slice(0, MAX_LETTERS)}…` : text;
}

function Details({ event, role }: { event: TimelineEvent; role: Role }) {
  const { properties, traits } = event;
  const shown = {
    ...(properties && { properties: visibleTraits(properties, role) }),
    ...(traits && { traits: visibleTraits(traits, role) }),
  };
  if (Object.keys(shown).length === 0) return null;
  return (
    <details class="small">
      <summary class="muted">JSON</summary>
      <pre tabindex={0}>{JSON.stringify(shown, null, 2)}</pre>
    </details>
  );
}
