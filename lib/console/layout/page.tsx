import type { Child } from 'hono/jsx';
import type { ConsoleAssets } from '#lib/console/data/assets.ts';
import type { Published } from '#lib/console/data/deps.ts';
import { roleWords } from '#lib/console/messages/role-names.ts';
import { addDays, createCalendar } from '#lib/events/calendar.ts';
import { documentOf } from './document.tsx';
import { Icon } from './icons.tsx';
import { frameWords, PLACES, type Place } from './messages.ts';
import { hrefWith, THEMES, type View } from './view.ts';

/** The hour from which figures of the night before must be there. */
const DUE_HOUR_MS = 6 * 3_600_000;

export interface PageProps {
  view: View;
  assets: ConsoleAssets;
  place: Place;
  title: string;
  published: Published | undefined;
  /** a quiet bar above the content */
  notice?: Child;
  children?: Child;
}

/** A page of the console: rail, top line, and what is on it. */
export function pageOf({ view, assets, place, title, published, notice, children }: PageProps): string {
  const words = frameWords[view.lang];
  return documentOf({
    title: `${title} · ${words.product}`,
    lang: view.lang,
    theme: view.theme,
    assets,
    children: (
      <>
        <a class="skip" href="#content">
          {words.skip}
        </a>
        <Rail view={view} place={place} />
        <div class="page">
          <Top view={view} title={title} published={published} />
          {notice ?? <Stale view={view} published={published} />}
          <main id="content" tabindex={-1}>
            {children}
          </main>
        </div>
      </>
    ),
  });
}

function Rail({ view, place }: { view: View; place: Place }) {
  const words = frameWords[view.lang];
  return (
    <nav class="rail" aria-label={words.rail}>
      <a class="brand" href="/console">
        <span class="mark" aria-hidden="true"></span>
        {words.product}
      </a>
      <ul>
        {PLACES.map((one) => (
          <li>
            <a
              href={one === 'today' ? '/console' : `/console/${one}`}
              data-go={one}
              aria-current={one === place ? 'page' : undefined}
            >
              <Icon place={one} />
              <span>{words.places[one]}</span>
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Top({ view, title, published }: { view: View; title: string; published: Published | undefined }) {
  const words = frameWords[view.lang];
  const { caller } = view.session;
  const report = published?.report;
  const name = caller.id === 'owner-secret' ? words.ownerSecret : caller.name;
  return (
    <header class="top">
      <div class="heading">
        <h1>{title}</h1>
        <p class="asof">
          {report === undefined
            ? words.noFigures
            : words.figuresOf(
                view.format.day(addDays(report.asOf, -1)),
                view.format.time(report.generatedAt),
              )}
        </p>
      </div>
      <search class="find">
        <form action="/console/members">
          <input type="search" name="q" aria-label={words.search} placeholder={words.search} data-search />
        </form>
      </search>
      <div class="me">
        <a
          class="quiet"
          href={hrefWith(view, { lang: view.lang === 'zh' ? 'en' : 'zh' })}
          hreflang={view.lang === 'zh' ? 'en' : 'zh'}
        >
          {words.otherLang}
        </a>
        <details class="menu">
          <summary>
            <span class="who">{name}</span>
            <span class="role">{roleWords[view.lang][caller.role]}</span>
          </summary>
          <div class="sheet">
            <p class="muted">{words.themeTitle}</p>
            <p class="choices">
              {THEMES.map((theme) => (
                <a href={hrefWith(view, { theme })} aria-current={theme === view.theme ? 'true' : undefined}>
                  {words.theme[theme]}
                </a>
              ))}
            </p>
            <form method="post" action="/console/sign-out">
              <FormToken view={view} />
              <button type="submit" class="plain">
                {words.signOut}
              </button>
            </form>
          </div>
        </details>
      </div>
    </header>
  );
}

function Stale({ view, published }: { view: View; published: Published | undefined }) {
  const report = published?.report;
  if (report === undefined) return null;
  const due = createCalendar(report.timeZone).dateAt(view.now - DUE_HOUR_MS);
  if (report.asOf >= due) return null;
  const words = frameWords[view.lang];
  return (
    <p class="bar warn" role="status">
      {words.stale(view.format.day(addDays(report.asOf, -1)))} <a href="/console/runs">{words.toRuns}</a>
    </p>
  );
}

/** What makes a form ours. */
export const FormToken = ({ view }: { view: View }) => (
  <input type="hidden" name="form" value={view.session.csrfToken} />
);
