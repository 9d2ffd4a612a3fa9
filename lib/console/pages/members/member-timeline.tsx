import type { Role } from '#lib/auth/keys/access-key.ts';
import { visibleText, visibleTraits } from '#lib/console/data/masking.ts';
import { hrefWith, type View } from '#lib/console/layout/view.ts';
import { actionNames } from '#lib/console/messages/names.ts';
import type { TimelineEvent } from '#lib/scoring/live/view.ts';
import { membersMessages } from './messages.ts';

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
