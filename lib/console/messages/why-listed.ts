import type { Format, Lang } from '#lib/console/messages/language.ts';

import type { ListName } from '#lib/reports/lists.ts';

type Why = Readonly<Record<string, number>>;
type FormatReasons = (why: Why, format: Format) => (string | undefined)[];

const zh: Record<ListName, FormatReasons> = {
  atRiskAndValuable: ({ recencyDays, churnRisk, valueMinor, payment90 }, format) => [
    recencyDays !== undefined && recencyDays > 1 ? `${format.count(recencyDays)} 天没来` : undefined,
    valueMinor === undefined ? undefined : `预计 30 天付 ${format.money(valueMinor)}`,
    payment90 === undefined ? undefined : `90 天付了 ${format.money(payment90)}`,
    churnRisk === undefined ? undefined : `流失风险 ${format.share(churnRisk)}`,
  ],
  rising: ({ interactions30, before30 }, format) => [
    `30 天互动 ${format.count(interactions30)} 次，之前 ${format.count(before30)} 次`,
  ],
  newAndStuck: ({ tenureDays, recencyDays }, format) => [
    tenureDays === undefined ? undefined : `加入 ${format.count(tenureDays)} 天`,
    '一课也没学',
    recencyDays === undefined ? undefined : `${format.count(recencyDays)} 天没来`,
  ],
  topHelpers: ({ helps7, influencePercentile }, format) => [
    `7 天帮了别人 ${format.count(helps7)} 次`,
    influencePercentile === undefined ? undefined : `影响力超过 ${format.above(influencePercentile)} 的人`,
  ],
};

const en: typeof zh = {
  atRiskAndValuable: ({ recencyDays, churnRisk, valueMinor, payment90 }, format) => [
    recencyDays !== undefined && recencyDays > 1
      ? `not seen for ${format.count(recencyDays)} days`
      : undefined,
    valueMinor === undefined ? undefined : `expected to pay ${format.money(valueMinor)} in 30 days`,
    payment90 === undefined ? undefined : `paid ${format.money(payment90)} in 90 days`,
    churnRisk === undefined ? undefined : `${format.share(churnRisk)} risk of leaving`,
  ],
  rising: ({ interactions30, before30 }, format) => [
    `${format.count(interactions30)} interactions in 30 days, ${format.count(before30)} before`,
  ],
  newAndStuck: ({ tenureDays, recencyDays }, format) => [
    tenureDays === undefined ? undefined : `joined ${format.count(tenureDays)} days ago`,
    'no lesson done',
    recencyDays === undefined ? undefined : `not seen for ${format.count(recencyDays)} days`,
  ],
  topHelpers: ({ helps7, influencePercentile }, format) => [
    `helped others ${format.count(helps7)} times in 7 days`,
    influencePercentile === undefined
      ? undefined
      : `more influence than ${format.above(influencePercentile)} of members`,
  ],
};

/** Why a member is on a list, as a sentence. */
export function explainListing(list: ListName, why: Why, lang: Lang, format: Format): string {
  const reasons = (lang === 'zh' ? zh : en)[list](why, format).filter((one) => one !== undefined);
  return reasons.join(lang === 'zh' ? '，' : ', ');
}
