import type { Role } from '#lib/auth/keys/access-key.ts';
import { shownText } from '#lib/console/data/masking.ts';
import { Scroll } from '#lib/console/layout/components.tsx';
import type { Look } from '#lib/console/layout/view.ts';
import type { ImportView } from '#lib/imports/jobs/import-view.ts';
import { importsWords } from './messages.ts';

interface ProgressProps {
  look: Look;
  role: Role;
  job: ImportView & { rejectedUrl?: string };
}

/** One import as it stands now. The page's script asks for it again and again while it goes on. */
export function ImportProgress({ look, role, job }: ProgressProps) {
  const words = importsWords[look.lang];
  const { format } = look;
  const facts: [string, string][] = [
    [words.rows, format.count(job.lines)],
    [words.accepted, format.count(job.accepted)],
    [words.droppedRows, format.count(job.dropped)],
    [words.refusedRows, format.count(job.refused)],
    [words.events, format.count(job.events)],
    [words.mapping, job.mapping ?? '–'],
  ];
  return (
    <>
      <p class="run-head">
        <span class={`state ${job.state}`}>{words.state[job.state]}</span>
        <span>{format.share(job.percent / 100)}</span>
        {job.linesPerSecond > 0 ? (
          <span class="muted">{words.speed(format.count(job.linesPerSecond))}</span>
        ) : null}
      </p>
      <progress max={100} value={job.percent} aria-label={words.progress}></progress>
      {job.state === 'queued' ? <p class="hint">{words.waits}</p> : null}
      {job.state === 'done' ? <p class="hint">{words.counted}</p> : null}
      {job.late > 0 ? <p class="hint">{words.late(format.count(job.late))}</p> : null}
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
            <h3>{words.refusals}</h3>
            {job.rejectedUrl === undefined ? null : (
              <a href={job.rejectedUrl} download>
                {words.download}
              </a>
            )}
          </div>
          <Scroll label={words.refusals}>
            <table>
              <thead>
                <tr>
                  <th scope="col">{words.line}</th>
                  <th scope="col" class="left">
                    {words.column}
                  </th>
                  <th scope="col" class="left">
                    {words.reason}
                  </th>
                </tr>
              </thead>
              <tbody>
                {job.firstRefusals.map(({ line, column, message }) => (
                  <tr>
                    <th scope="row">{format.count(line)}</th>
                    <td class="left">{column ?? '–'}</td>
                    <td class="left wrap">{shownText(message, role)}</td>
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
