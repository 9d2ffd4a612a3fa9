import type { Role } from '#lib/auth/keys/access-key.ts';
import { shownText, shownTraits } from '#lib/console/data/masking.ts';
import { hrefWith, type View } from '#lib/console/layout/view.ts';
import { actionWords } from '#lib/console/messages/names.ts';
import type { TimelineEvent } from '#lib/scoring/live/view.ts';
import { membersWords } from './messages.ts';

const SAYS = [
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
const MOST_LETTERS = 80;

interface TimelineProps {
  view: View;
  events: readonly TimelineEvent[];
  cursor: string | undefined;
}

/** What a member did, newest first. */
export function MemberTimeline({ view, events, cursor }: TimelineProps) {
  const words = membersWords[view.lang];
  const { role } = view.session.caller;
  return (
    <section class="card" id="timeline" aria-labelledby="timeline-title">
      <h2 id="timeline-title">{words.timeline}</h2>
      <ol class="timeline">
        {events.map((event) => (
          <li>
            <time datetime={event.timestamp}>{view.format.time(event.timestamp)}</time>
            <div>
              <b>{titleOf(event, view)}</b> <span class="muted">{summaryOf(event, role)}</span>
            </div>
            <Details event={event} role={role} />
          </li>
        ))}
      </ol>
      <p class="between">
        {view.query.has('before') ? (
          <a href={hrefWith(view, { before: null })}>{words.newest}</a>
        ) : (
          <span></span>
        )}
        {cursor === undefined ? null : (
          <a href={`${hrefWith(view, { before: cursor })}#timeline`}>{words.older}</a>
        )}
      </p>
    </section>
  );
}

function titleOf({ action, event, name, type }: TimelineEvent, { lang }: View): string {
  const own = event ?? name ?? type;
  return action === undefined ? own : `${actionWords[lang][action]} · ${own}`;
}

function summaryOf({ properties, traits, type }: TimelineEvent, role: Role): string {
  if (type === 'identify') return Object.keys(traits ?? {}).join(', ');
  const shown = shownTraits(properties ?? {}, role);
  const said = SAYS.map((name) => shown[name]).find((value) => typeof value === 'string' && value !== '');
  if (typeof said !== 'string') return '';
  const text = shownText(said, role);
  return text.length > MOST_LETTERS ? `${text.slice(0, MOST_LETTERS)}…` : text;
}

function Details({ event, role }: { event: TimelineEvent; role: Role }) {
  const { properties, traits } = event;
  const shown = {
    ...(properties && { properties: shownTraits(properties, role) }),
    ...(traits && { traits: shownTraits(traits, role) }),
  };
  if (Object.keys(shown).length === 0) return null;
  return (
    <details class="small">
      <summary class="muted">JSON</summary>
      <pre tabindex={0}>{JSON.stringify(shown, null, 2)}</pre>
    </details>
  );
}
