import type { Format, Lang } from '#lib/console/messages/language.ts';
import { describeChange, rebuildMessages } from '#lib/console/messages/rebuilds.ts';
import type { CountingNotice } from '#lib/rebuilds/rules-change.ts';
import type { View } from './view.ts';

/** Stands above all figures until all members are counted by the same rules. */
export function CountingBar({ view }: { view: View }) {
  if (view.counting === undefined) return null;
  const messages = rebuildMessages[view.lang];
  return (
    <p class="bar warn" role="status">
      {messages.rulesChanged(describeChange(view.counting, view.lang))}{' '}
      {describeProgress(view.counting, view)} <a href="/console/runs#rebuilds">{messages.see}</a>
    </p>
  );
}

function describeProgress(
  { rebuildId, membersChecked = 0, error }: CountingNotice,
  { lang, format }: { lang: Lang; format: Format },
): string {
  const messages = rebuildMessages[lang];
  if (rebuildId === undefined) return messages.waiting;
  const counted = messages.counted(format.count(membersChecked));
  return error === undefined ? counted : `${counted} ${messages.stopped(error)}`;
}
