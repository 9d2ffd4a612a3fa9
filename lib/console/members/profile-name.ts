import type { Published } from '#lib/console/console-parts.ts';
import type { View } from '#lib/console/frame/view.ts';

/** What a profile is called now: names change between reports. */
export function profileName(
  { current, report }: Published,
  id: string,
  { lang }: Pick<View, 'lang'>,
): string {
  return current.profileNames[id]?.[lang] ?? report?.profiles.find((one) => one.id === id)?.name[lang] ?? id;
}
