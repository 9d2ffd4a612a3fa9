import type { Child } from 'hono/jsx';
import type { ConsoleAssets } from '#lib/console/data/assets.ts';
import type { Published } from '#lib/console/data/deps.ts';
import { roleNames } from '#lib/console/messages/names.ts';
import { addDays, createCalendar } from '#lib/events/calendar.ts';
import { Icon } from './components.tsx';
import { CountingBar } from './counting-notice.tsx';
import { renderDocument } from './document.tsx';
import { layoutMessages, NAV_ITEMS, type NavItem } from './messages.ts';
import { hrefWith, THEMES, type View } from './view.ts';

/** The hour from which figures of the night before must be there. */
const DUE_HOUR_MS = 6 * 3_600_000;

export interface PageProps {
  view: View;
  assets: ConsoleAssets;
  navItem: NavItem;
  title: string;
  published: Published | undefined;
  /** a quiet bar above the content */
  notice?: Child;
  children?: Child;
}

/** A page of the console: navigation, header and content. */
export function renderPage({ view, assets, navItem, title, published, notice, children }: PageProps): string {
  const messages = layoutMessages[view.lang];
  return renderDocument({
    title: `${title} · ${messages.product}`,
    lang: view.lang,
    theme: view.theme,
    assets,
    children: (
      <>
        <a class="skip" href="#content">
          {messages.skip}
        </a>
        <Navigation view={view} navItem={navItem} />
        <div class="page">
          <Header view={view} title={title} published={published} />
          <CountingBar view={view} />
          {notice ?? <StaleNotice view={view} published={published} />}
          <main id="content" tabindex={-1}>
            {children}
          </main>
        </div>
      </>
    ),
  });
}

function Navigation({ view, navItem }: { view: View; navItem: NavItem }) {
  const messages = layoutMessages[view.lang];
  return (
    <nav class="rail" aria-label={messages.rail}>
      <a class="brand" href="/console">
        <span class="mark" aria-hidden="true"></span>
        {messages.product}
      </a>
      <ul>
        {NAV_ITEMS.map((one) => (
          <li>
            <a
              href={one === 'today' ? '/console' : `/console/${one}`}
              data-go={one}
              aria-current={one === navItem ? 'page' : undefined}
            >
              <Icon navItem={one} />
              <span>{messages.navItems[one]}</span>
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Header({ view, title, published }: { view: View; title: string; published: Published | undefined }) {
  const messages = layoutMessages[view.lang];
  const { caller } = view.session;
  const report = published?.report;
  const name = caller.id === 'owner-secret' ? messages.ownerSecret : caller.name;
  return (
    <header class="top">
      <div class="heading">
        <h1>{title}</h1>
        <p class="asof">
          {report === undefined
            ? messages.noFigures
            : messages.reportDate(
                view.format.day(addDays(report.asOf, -1)),
                view.format.time(report.generatedAt),
              )}
        </p>
      </div>
      <search class="find">
        <form action="/console/members">
          <input
            type="search"
            name="q"
            aria-label={messages.search}
            placeholder={messages.search}
            data-search
          />
        </form>
      </search>
      <div class="me">
        <a
          class="quiet"
          href={hrefWith(view, { lang: view.lang === 'zh' ? 'en' : 'zh' })}
          hreflang={view.lang === 'zh' ? 'en' : 'zh'}
        >
          {messages.otherLang}
        </a>
        <details class="menu">
          <summary>
            <span class="who">{name}</span>
            <span class="role">{roleNames[view.lang][caller.role]}</span>
          </summary>
          <div class="sheet">
            <p class="muted">{messages.themeTitle}</p>
            <p class="choices">
              {THEMES.map((theme) => (
                <a href={hrefWith(view, { theme })} aria-current={theme === view.theme ? 'true' : undefined}>
                  {messages.theme[theme]}
                </a>
              ))}
            </p>
            <form method="post" action="/console/sign-out">
              <CsrfField view={view} />
              <button type="submit" class="plain">
                {messages.signOut}
              </button>
            </form>
          </div>
        </details>
      </div>
    </header>
  );
}

function StaleNotice({ view, published }: { view: View; published: Published | undefined }) {
  const report = published?.report;
  if (report === undefined) return null;
  const due = createCalendar(report.timeZone).dateAt(view.now - DUE_HOUR_MS);
  if (report.asOf >= due) return null;
  const messages = layoutMessages[view.lang];
  return (
    <p class="bar warn" role="status">
      {messages.stale(view.format.day(addDays(report.asOf, -1)))}{' '}
      <a href="/console/runs">{messages.toRuns}</a>
    </p>
  );
}

/** The hidden field that proves a form to be ours. */
export const CsrfField = ({ view }: { view: View }) => (
  <input type="hidden" name="form" value={view.session.csrfToken} />
);
