import { allows } from '#lib/auth/keys/access-key.ts';
import { Scroll } from '#lib/console/layout/components.tsx';
import type { View } from '#lib/console/layout/view.ts';
import type { ImportView } from '#lib/imports/jobs/import-view.ts';
import { ImportProgress } from './import-progress.tsx';
import { importsWords } from './messages.ts';

interface ImportsProps {
  view: View;
  imports: readonly ImportView[];
  /** address of the older ones; undefined on the last page */
  older: string | undefined;
}

/** Drop a file, and see what became of earlier ones. */
export function ImportsContent({ view, imports, older }: ImportsProps) {
  const words = importsWords[view.lang];
  return (
    <>
      {allows(view.session.caller.role, 'operator') ? <Drop view={view} /> : null}
      <section class="card" aria-labelledby="list">
        <h2 id="list">{words.list}</h2>
        {imports.length === 0 ? (
          <p class="empty">{words.noImports}</p>
        ) : (
          <Scroll label={words.list}>
            <table>
              <thead>
                <tr>
                  <th scope="col">{words.when}</th>
                  <th scope="col" class="left">
                    {words.fileName}
                  </th>
                  <th scope="col" class="left">
                    {words.source}
                  </th>
                  <th scope="col" class="left">
                    {words.progress}
                  </th>
                  <th scope="col">{words.accepted}</th>
                  <th scope="col">{words.refusedRows}</th>
                  <th scope="col">{words.events}</th>
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
                      <span class={`state ${job.state}`}>{words.state[job.state]}</span>
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
            <a href={older}>{words.older}</a>
          </p>
        )}
      </section>
    </>
  );
}

function Drop({ view }: { view: View }) {
  const words = importsWords[view.lang];
  return (
    <section
      class="card"
      data-import
      data-form={view.session.csrfToken}
      data-reading={words.reading}
      data-uploading={words.uploading}
      data-failed={words.uploadFailed}
      data-saved={words.saved}
    >
      <div class="drop only-script">
        <p>
          {words.drop}{' '}
          <label class="button">
            {words.choose}
            <input type="file" class="hidden-file" />
          </label>
        </p>
        <p class="hint">{words.accepts}</p>
      </div>
      <noscript>
        <p class="hint">{words.noScript}</p>
      </noscript>
      <p class="chosen" role="status"></p>
      <div data-preview></div>
      <div data-sending hidden>
        <p class="sending" role="status"></p>
        <progress max={1} value={0} aria-label={words.progress}></progress>
      </div>
    </section>
  );
}

/** One import, on its own page. */
export function ImportContent({ view, job }: { view: View; job: ImportView & { rejectedUrl?: string } }) {
  const words = importsWords[view.lang];
  const goesOn = job.state === 'queued' || job.state === 'running';
  return (
    <section class="card">
      <p class="between">
        <span class="muted">
          {job.source} · {view.format.time(job.createdAt)}
        </span>
        <a href="/console/imports">{words.back}</a>
      </p>
      <div data-live={goesOn ? `/console/imports/${job.importId}.json` : undefined} aria-live="polite">
        <ImportProgress look={view} role={view.session.caller.role} job={job} />
      </div>
    </section>
  );
}
