import { allows, type Role } from '#lib/auth/keys/access-key.ts';
import { visibleText } from '#lib/console/data/masking.ts';
import { Scroll } from '#lib/console/layout/components.tsx';
import type { View, ViewContext } from '#lib/console/layout/view.ts';
import type { ImportView } from '#lib/imports/jobs/import-service.ts';
import { importsMessages } from './messages.ts';

interface ImportsProps {
  view: View;
  imports: readonly ImportView[];
  /** address of the older ones; undefined on the last page */
  older: string | undefined;
}

/** Drop a file, and see what became of earlier ones. */
export function ImportsContent({ view, imports, older }: ImportsProps) {
  const messages = importsMessages[view.lang];
  return (
    <>
      {allows(view.session.caller.role, 'operator') ? <Drop view={view} /> : null}
      <section class="card" aria-labelledby="list">
        <h2 id="list">{messages.list}</h2>
        {imports.length === 0 ? (
          <p class="empty">{messages.noImports}</p>
        ) : (
          <Scroll label={messages.list}>
            <table>
              <thead>
                <tr>
                  <th scope="col">{messages.when}</th>
                  <th scope="col" class="left">
                    {messages.fileName}
                  </th>
                  <th scope="col" class="left">
                    {messages.source}
                  </th>
                  <th scope="col" class="left">
                    {messages.progress}
                  </th>
                  <th scope="col">{messages.accepted}</th>
                  <th scope="col">{messages.refusedRows}</th>
                  <th scope="col">{messages.events}</th>
                </tr>
              </thead>
              <tbody>
                {imports.map((job) => (
                  <tr>
                    <th scope="row">{view.format.time(job.createdAt)}</th>
                    <td class="left">
                      <a href={`/console/imports/${job.importId}`}>{job.filename}</a>
                    </td>
                    <td class="left">{job.source}</td>
                    <td class="left">
                      <span class={`state ${job.state}`}>{messages.state[job.state]}</span>
                      {job.state === 'running' ? ` ${view.format.share(job.percent / 100)}` : ''}
                    </td>
                    <td>{view.format.count(job.accepted)}</td>
                    <td>{view.format.count(job.refused)}</td>
                    <td>{view.format.count(job.events)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
        )}
        {older === undefined ? null : (
          <p>
            <a href={older}>{messages.older}</a>
          </p>
        )}
      </section>
    </>
  );
}

function Drop({ view }: { view: View }) {
  const messages = importsMessages[view.lang];
  return (
    <section
      class="card"
      data-import
      data-form={view.session.csrfToken}
      data-reading={messages.reading}
      data-uploading={messages.uploading}
      data-failed={messages.uploadFailed}
      data-saved={messages.saved}
    >
      <div class="drop only-script">
        <p>
          {messages.drop}{' '}
          <label class="button">
            {messages.choose}
            <input type="file" class="hidden-file" />
          </label>
        </p>
        <p class="hint">{messages.accepts}</p>
      </div>
      <noscript>
        <p class="hint">{messages.noScript}</p>
      </noscript>
      <p class="chosen" role="status"></p>
      <div data-preview></div>
      <div data-sending hidden>
        <p class="sending" role="status"></p>
        <progress max={1} value={0} aria-label={messages.progress}></progress>
      </div>
    </section>
  );
}

/** One import, on its own page. */
export function ImportContent({ view, job }: { view: View; job: ImportView & { rejectedUrl?: string } }) {
  const messages = importsMessages[view.lang];
  const goesOn = job.state === 'queued' || job.state === 'running';
  return (
    <section class="card">
      <p class="between">
        <span class="muted">
          {job.source} · {view.format.time(job.createdAt)}
        </span>
        <a href="/console/imports">{messages.back}</a>
      </p>
      <div data-live={goesOn ? `/console/imports/${job.importId}.json` : undefined} aria-live="polite">
        <ImportProgress viewContext={view} role={view.session.caller.role} job={job} />
      </div>
    </section>
  );
}

interface ProgressProps {
  viewContext: ViewContext;
  role: Role;
  job: ImportView & { rejectedUrl?: string };
}

/** One import as it stands now. The page's script asks for it again and again while it goes on. */
export function ImportProgress({ viewContext, role, job }: ProgressProps) {
  const messages = importsMessages[viewContext.lang];
  const { format } = viewContext;
  const facts: [string, string][] = [
    [messages.rows, format.count(job.lines)],
    [messages.accepted, format.count(job.accepted)],
    [messages.droppedRows, format.count(job.dropped)],
    [messages.refusedRows, format.count(job.refused)],
    [messages.events, format.count(job.events)],
    [messages.mapping, job.mapping ?? '–'],
  ];
  return (
    <>
      <p class="run-head">
        <span class={`state ${job.state}`}>{messages.state[job.state]}</span>
        <span>{format.share(job.percent / 100)}</span>
        {job.linesPerSecond > 0 ? (
          <span class="muted">{messages.speed(format.count(job.linesPerSecond))}</span>
        ) : null}
      </p>
      <progress max={100} value={job.percent} aria-label={messages.progress}></progress>
      {job.state === 'queued' ? <p class="hint">{messages.waits}</p> : null}
      {job.state === 'done' ? <p class="hint">{messages.counted}</p> : null}
      {job.late > 0 ? <p class="hint">{messages.late(format.count(job.late))}</p> : null}
      {job.error === undefined ? null : (
        <p class="error" role="alert">
          {job.error}
        </p>
      )}
      <dl class="facts left">
        {facts.map(([name, value]) => (
          <>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </>
        ))}
      </dl>
      {job.firstRefusals.length === 0 ? null : (
        <>
          <div class="between">
            <h3>{messages.refusals}</h3>
            {job.rejectedUrl === undefined ? null : (
              <a href={job.rejectedUrl} download>
                {messages.download}
              </a>
            )}
          </div>
          <Scroll label={messages.refusals}>
            <table>
              <thead>
                <tr>
                  <th scope="col">{messages.line}</th>
                  <th scope="col" class="left">
                    {messages.column}
                  </th>
                  <th scope="col" class="left">
                    {messages.reason}
                  </th>
                </tr>
              </thead>
              <tbody>
                {job.firstRefusals.map(({ line, column, message }) => (
                  <tr>
                    <th scope="row">{format.count(line)}</th>
                    <td class="left">{column ?? '–'}</td>
                    <td class="left wrap">{visibleText(message, role)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
        </>
      )}
    </>
  );
}
