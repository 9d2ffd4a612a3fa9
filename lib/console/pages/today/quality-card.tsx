import { memberPath } from '#lib/console/layout/components.tsx';
import { RunNow } from '#lib/console/layout/no-data.tsx';
import type { View } from '#lib/console/layout/view.ts';
import { runMessages } from '#lib/console/messages/runs.ts';
import { addDays } from '#lib/events/calendar.ts';
import type { RunView } from '#lib/pipeline/run/run-record.ts';
import type { Report } from '#lib/reports/report.ts';
import { todayMessages } from './messages.ts';

/** Whether the figures can be trusted: one green line when all is well, each problem when not. */
export function QualityCard({ view, report, run }: { view: View; report: Report; run: RunView | undefined }) {
  const messages = todayMessages[view.lang];
  const { format } = view;
  const { quality } = report;
  const problems = findProblems(view, report);
  return (
    <section class="card quality" aria-labelledby="quality">
      <header>
        <h2 id="quality">{messages.quality}</h2>
        <RunNow view={view} />
      </header>
      {problems.length === 0 ? (
        <p class="good">✓ {messages.allWell}</p>
      ) : (
        <ul class="troubles">
          {problems.map(({ text, href }) => (
            <li>
              <span class="warn-mark" aria-hidden="true">
                !
              </span>
              {href === undefined ? text : <a href={href}>{text}</a>}
            </li>
          ))}
        </ul>
      )}
      <dl class="facts">
        <dt>{messages.lastDay}</dt>
        <dd>{quality.lastDay ?? '–'}</dd>
        <dt>{messages.lastRun}</dt>
        <dd>
          <a href="/console/runs">
            {run === undefined
              ? format.time(report.generatedAt)
              : `${format.time(run.startedAt)} · ${runMessages[view.lang].state[run.state]}`}
          </a>
        </dd>
        <dt>{view.lang === 'zh' ? '导入' : 'Imports'}</dt>
        <dd>
          <a href="/console/imports">
            {messages.imports(format.count(quality.imports.imported), format.count(quality.imports.refused))}
          </a>
        </dd>
        <dt>{messages.audit}</dt>
        <dd>{auditLine(view, report)}</dd>
        {(quality.late ?? 0) > 0 && (
          <>
            <dt>{messages.late}</dt>
            <dd>{messages.lateHow(format.count(quality.late ?? 0))}</dd>
          </>
        )}
      </dl>
      <p class="caption">
        {quality.restated.changes === 0 || quality.restated.against === null ? (
          messages.notRestated
        ) : (
          <a href="/console/trends#restated">
            {messages.restated(format.count(quality.restated.changes), format.day(quality.restated.against))}
          </a>
        )}
      </p>
    </section>
  );
}

function auditLine({ lang, format }: View, { quality: { audit } }: Report): string {
  const messages = todayMessages[lang];
  if (audit === undefined || audit === null) return '–';
  const checked = format.count(audit.checked);
  return audit.differing === 0
    ? messages.audited(checked)
    : messages.differing(format.count(audit.differing), checked);
}

function findProblems({ lang, format }: View, { quality, asOf }: Report): { text: string; href?: string }[] {
  const messages = todayMessages[lang];
  const { lastDay, deadLetters, foreignOrders, audit, rebuilding } = quality;
  const example = audit?.examples[0];
  return [
    ...(rebuilding ? [{ text: messages.rebuilding, href: '/console/runs#rebuilds' }] : []),
    ...(lastDay !== null && lastDay < addDays(asOf, -1)
      ? [{ text: messages.quiet(format.date(lastDay)) }]
      : []),
    ...(deadLetters > 0 ? [{ text: messages.deadLetters(format.count(deadLetters)) }] : []),
    ...(audit !== undefined && audit !== null && audit.differing > 0
      ? [
          {
            text: messages.differing(format.count(audit.differing), format.count(audit.checked)),
            ...(example !== undefined && { href: memberPath(example) }),
          },
        ]
      : []),
    ...(audit === null ? [{ text: messages.notAudited, href: '/console/runs' }] : []),
    ...(foreignOrders > 0
      ? [{ text: messages.foreign(format.count(foreignOrders)), href: '/console/trends#revenue' }]
      : []),
  ];
}
