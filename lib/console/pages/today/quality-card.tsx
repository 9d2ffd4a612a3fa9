import { memberPath } from '#lib/console/layout/member-link.tsx';
import { RunNow } from '#lib/console/layout/run-now.tsx';
import type { View } from '#lib/console/layout/view.ts';
import { runWords } from '#lib/console/messages/runs.ts';
import { addDays } from '#lib/events/calendar.ts';
import type { RunView } from '#lib/pipeline/run/run-view.ts';
import type { Report } from '#lib/reports/report.ts';
import { todayWords } from './messages.ts';

/** Whether the figures can be trusted: one green line when all is well, each trouble when not. */
export function QualityCard({ view, report, run }: { view: View; report: Report; run: RunView | undefined }) {
  const words = todayWords[view.lang];
  const { format } = view;
  const { quality } = report;
  const troubles = troublesOf(view, report);
  return (
    <section class="card quality" aria-labelledby="quality">
      <header>
        <h2 id="quality">{words.quality}</h2>
        <RunNow view={view} />
      </header>
      {troubles.length === 0 ? (
        <p class="good">✓ {words.allWell}</p>
      ) : (
        <ul class="troubles">
          {troubles.map(({ text, href }) => (
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
        <dt>{words.lastDay}</dt>
        <dd>{quality.lastDay ?? '–'}</dd>
        <dt>{words.lastRun}</dt>
        <dd>
          <a href="/console/runs">
            {run === undefined
              ? format.time(report.generatedAt)
              : `${format.time(run.startedAt)} · ${runWords[view.lang].state[run.state]}`}
          </a>
        </dd>
        <dt>{view.lang === 'zh' ? '导入' : 'Imports'}</dt>
        <dd>
          <a href="/console/imports">
            {words.imports(format.count(quality.imports.imported), format.count(quality.imports.refused))}
          </a>
        </dd>
        <dt>{words.audit}</dt>
        <dd>{auditLine(view, report)}</dd>
        {(quality.late ?? 0) > 0 && (
          <>
            <dt>{words.late}</dt>
            <dd>{words.lateHow(format.count(quality.late ?? 0))}</dd>
          </>
        )}
      </dl>
      <p class="caption">
        {quality.restated.changes === 0 || quality.restated.against === null ? (
          words.notRestated
        ) : (
          <a href="/console/trends#restated">
            {words.restated(format.count(quality.restated.changes), format.day(quality.restated.against))}
          </a>
        )}
      </p>
    </section>
  );
}

function auditLine({ lang, format }: View, { quality: { audit } }: Report): string {
  const words = todayWords[lang];
  if (audit === undefined || audit === null) return '–';
  const checked = format.count(audit.checked);
  return audit.differing === 0
    ? words.audited(checked)
    : words.differing(format.count(audit.differing), checked);
}

function troublesOf({ lang, format }: View, { quality, asOf }: Report): { text: string; href?: string }[] {
  const words = todayWords[lang];
  const { lastDay, deadLetters, foreignOrders, audit } = quality;
  const example = audit?.examples[0];
  return [
    ...(lastDay !== null && lastDay < addDays(asOf, -1) ? [{ text: words.quiet(format.date(lastDay)) }] : []),
    ...(deadLetters > 0 ? [{ text: words.deadLetters(format.count(deadLetters)) }] : []),
    ...(audit !== undefined && audit !== null && audit.differing > 0
      ? [
          {
            text: words.differing(format.count(audit.differing), format.count(audit.checked)),
            ...(example !== undefined && { href: memberPath(example) }),
          },
        ]
      : []),
    ...(audit === null ? [{ text: words.notAudited, href: '/console/runs' }] : []),
    ...(foreignOrders > 0
      ? [{ text: words.foreign(format.count(foreignOrders)), href: '/console/trends#revenue' }]
      : []),
  ];
}
