import type { Role } from '#lib/auth/keys/access-key.ts';
import { visibleText } from '#lib/console/data/masking.ts';
import { Scroll } from '#lib/console/layout/components.tsx';
import type { ViewContext } from '#lib/console/layout/view.ts';
import type { ImportView } from '#lib/imports/jobs/import-view.ts';
import { importsMessages } from './messages.ts';

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
        <p class="fault" role="alert">
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
