import type { Role } from '#lib/auth/keys/access-key.ts';
import type { Column } from '#lib/console/charts/chart.ts';
import { toCsv } from '#lib/console/charts/csv.ts';
import type { Published } from '#lib/console/data/deps.ts';
import { canSeeNames, visibleId, visibleName } from '#lib/console/data/masking.ts';
import { type FoundMember, SORTS } from '#lib/console/data/member-search.ts';
import type { ViewContext } from '#lib/console/layout/view.ts';
import { stageNames } from '#lib/console/messages/names.ts';
import { explainListing } from '#lib/console/messages/why-listed.ts';
import type { ListName } from '#lib/reports/lists.ts';
import type { Report } from '#lib/reports/report.ts';
import { membersMessages } from './messages.ts';

const SORT_KINDS = {
  interactions30: 'count',
  retention: 'share',
  churnRisk: 'share',
  valueMinor: 'money',
} as const;

/** Members as CSV, names and telling ids masked for those who may not see them. */
export function membersCsv(
  members: readonly FoundMember[],
  { lang, format }: ViewContext,
  role: Role,
  profileName: (id: string) => string,
): string {
  const messages = membersMessages[lang];
  const columns: Column[] = [
    { name: messages.id, kind: 'text' },
    { name: messages.member, kind: 'text' },
    { name: messages.stage, kind: 'text' },
    { name: messages.profile, kind: 'text' },
    ...SORTS.map((sort) => ({ name: messages.sorts[sort], kind: SORT_KINDS[sort] })),
  ];
  const rows = members.map((member) => [
    visibleId(member.userId, role),
    visibleNameOrNull(member, role),
    stageNames[lang][member.stage],
    member.profileId === null ? null : profileName(member.profileId),
    ...SORTS.map((sort) => member[sort]),
  ]);
  return toCsv(columns, rows, format);
}

/** A list of the report as CSV. */
export function listCsv(
  { report }: Published & { report: Report },
  list: ListName,
  { lang, format }: ViewContext,
  role: Role,
): string {
  const messages = membersMessages[lang];
  const columns: Column[] = [messages.id, messages.member, messages.stage, messages.why].map((name) => ({
    name,
    kind: 'text',
  }));
  const rows = report.lists[list].map((member) => [
    visibleId(member.userId, role),
    visibleNameOrNull(member, role),
    stageNames[lang][member.stage],
    explainListing(list, member.why, lang, format),
  ]);
  return toCsv(columns, rows, format);
}

const visibleNameOrNull = (member: { userId: string; name: string | null }, role: Role): string | null =>
  member.name === null ? null : canSeeNames(role) ? member.name : visibleName(member, role);
