import type { Published } from '#lib/console/data/deps.ts';
import type { View } from '#lib/console/layout/view.ts';

/** What a profile is called now: names change between reports. */
export function findProfileName(
  { current, report }: Published,
  id: string,
  { lang }: Pick<View, 'lang'>,
): string {
  return current.profileNames[id]?.[lang] ?? report?.profiles.find((one) => one.id === id)?.name[lang] ?? id;
}
