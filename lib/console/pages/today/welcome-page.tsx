import { allows } from '#lib/auth/keys/access-key.ts';
import { RunNow } from '#lib/console/layout/no-data.tsx';
import type { View } from '#lib/console/layout/view.ts';
import { welcomeMessages } from './messages.ts';

const codeSnippets = (host: string) => [
  {
    name: 'JavaScript',
    code: `import { AnalyticsBrowser } from '@segment/analytics-next'

const analytics = AnalyticsBrowser.load(
  { writeKey: 'wk_…', cdnURL: '${host}' },
  { integrations: { 'Segment.io': { apiHost: '${host.replace(/^https?:\/\//, '')}/v1'${host.startsWith('http:') ? ", protocol: 'http'" : ''} } } },
)
analytics.track('Lesson Completed', { lessonId: 'writing-01' })`,
  },
  {
    name: 'Swift',
    code: `let analytics = Analytics(configuration: Configuration(writeKey: "wk_…")
  .apiHost("${host.replace(/^https?:\/\//, '')}/v1"))
analytics.track(name: "Lesson Completed", properties: ["lessonId": "writing-01"])`,
  },
  {
    name: 'Kotlin',
    code: `val analytics = Analytics("wk_…", applicationContext) {
  apiHost = "${host.replace(/^https?:\/\//, '')}/v1"
}
analytics.track("Lesson Completed", buildJsonObject { put("lessonId", "writing-01") })`,
  },
  {
    name: 'curl',
    code: `curl -u wk_…: ${host}/v1/track \\
  -d '{"userId":"xiaoming","event":"Lesson Completed"}'`,
  },
];

/** Before the first report: how to connect an app, and how to bring history along. */
export function WelcomeContent({ view, host, arrived }: { view: View; host: string; arrived: boolean }) {
  const messages = welcomeMessages[view.lang];
  return (
    <div data-await={arrived ? undefined : '/console/arrived.json'}>
      <p class="headline" role="status">
        {arrived ? messages.arrived : messages.lead} {arrived ? <RunNow view={view} /> : null}
      </p>
      {arrived ? null : <p class="muted waiting only-script">{messages.waiting}</p>}
      <div class="two">
        <section class="card wide">
          <h2>{messages.send}</h2>
          <p class="caption">{messages.sendHow}</p>
          {codeSnippets(host).map(({ name, code }, i) => (
            <details class="snippet" open={i === 0}>
              <summary>{name}</summary>
              <pre tabindex={0}>
                <code>{code}</code>
              </pre>
            </details>
          ))}
        </section>
        <div class="stack">
          <section class="card">
            <h2>{messages.key}</h2>
            <p class="caption">{messages.keyHow}</p>
            {allows(view.session.caller.role, 'owner') ? (
              <p>
                <a class="button" href="/console/settings?new=write#keys">
                  {messages.makeKey}
                </a>
              </p>
            ) : (
              <p>{messages.askOwner}</p>
            )}
          </section>
          <section class="card">
            <h2>{messages.history}</h2>
            <p class="caption">{messages.historyHow}</p>
            <p>
              <a class="button" href="/console/imports">
                {messages.toImports}
              </a>
            </p>
          </section>
        </div>
      </div>
    </div>
  );
}
