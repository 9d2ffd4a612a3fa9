import type { Role } from '#lib/auth/keys/access-key.ts';
import type { Column } from '#lib/console/charts/chart.ts';
import { csvOf } from '#lib/console/charts/csv.ts';
import type { Published } from '#lib/console/data/deps.ts';
import { seesNames, shownId, shownName } from '#lib/console/data/masking.ts';
import { type FoundMember, SORTS } from '#lib/console/data/member-search.ts';
import type { Look } from '#lib/console/layout/view.ts';
import { stageWords } from '#lib/console/messages/stage-names.ts';
import { whyListed } from '#lib/console/messages/why-listed.ts';
import type { ListName, Report } from '#lib/reports/report.ts';
import { membersWords } from './messages.ts';

const KINDS = {
  interactions30: 'count',
  retention: 'share',
  churnRisk: 'share',
  valueMinor: 'money',
} as const;

/** Members as CSV, names and telling ids masked for those who may not see them. */
export function membersCsv(
  members: readonly FoundMember[],
  { lang, format }: Look,
  role: Role,
  profileName: (id: string) => string,
): string {
  const words = membersWords[lang];
  const columns: Column[] = [
    { name: words.id, kind: 'text' },
    { name: words.member, kind: 'text' },
    { name: words.stage, kind: 'text' },
    { name: words.profile, kind: 'text' },
    ...SORTS.map((sort) => ({ name: words.sorts[sort], kind: KINDS[sort] })),
  ];
  const rows = members.map((member) => [
    shownId(member.userId, role),
    nameOf(member, role),
    stageWords[lang][member.stage],
    member.profileId === null ? null : profileName(member.profileId),
    ...SORTS.map((sort) => member[sort]),
  ]);
  return csvOf(columns, rows, format);
}

/** A list of the report as CSV. */
export function listCsv(
  { report }: Published & { report: Report },
  list: ListName,
  { lang, format }: Look,
  role: Role,
): string {
  const words = membersWords[lang];
  const columns: Column[] = [words.id, words.member, words.stage, words.why].map((name) => ({
    name,
    kind: 'text',
  }));
  const rows = report.lists[list].map((member) => [
    shownId(member.userId, role),
    nameOf(member, role),
    stageWords[lang][member.stage],
    whyListed(list, member.why, lang, format),
  ]);
  return csvOf(columns, rows, format);
}

const nameOf = (member: { userId: string; name: string | null }, role: Role): string | null =>
  member.name === null ? null : seesNames(role) ? member.name : shownName(member, role);
