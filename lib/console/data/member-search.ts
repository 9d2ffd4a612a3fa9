import type { Role } from '#lib/auth/keys/access-key.ts';
import { STAGES, type Stage } from '#lib/models/model-files.ts';
import { LISTS, type ListName } from '#lib/reports/lists.ts';
import { canSeeNames, visibleId, visibleTraits } from './masking.ts';

/** A member in a list or a search. Shares between 0 and 1, money in minor units; null without a model for it. */
export interface FoundMember {
  userId: string;
  name: string | null;
  /** JSON of the traits that members are found by */
  traits: string | null;
  stage: Stage;
  profileId: string | null;
  interactions30: number;
  activityPercentile: number | null;
  retention: number | null;
  churnRisk: number | null;
  valueMinor: number | null;
}

export const SORTS = ['interactions30', 'retention', 'churnRisk', 'valueMinor'] as const;
export type SortName = (typeof SORTS)[number];

export interface MemberQuery {
  /** part of an id, a name or a trait's value, or `trait:value`; '' for all */
  text: string;
  stage: string | undefined;
  profileId: string | undefined;
  sort: SortName;
  /** ascending */
  up: boolean;
}

/**
 * Members that a query means, in its order; of equal ones the lower id first, who has no such figure last.
 * @param role what is masked for it is not searched either
 */
export function searchMembers(all: readonly FoundMember[], query: MemberQuery, role: Role): FoundMember[] {
  const { stage, profileId, sort, up } = query;
  const text = query.text.trim().toLocaleLowerCase();
  const term = parseTraitTerm(text);
  const mayName = canSeeNames(role);
  const found = all.filter(
    (member) =>
      (stage === undefined || member.stage === stage) &&
      (profileId === undefined || member.profileId === profileId) &&
      (text === '' ||
        (visibleId(member.userId, role) === member.userId &&
          member.userId.toLocaleLowerCase().includes(text)) ||
        (mayName && (member.name?.toLocaleLowerCase().includes(text) ?? false)) ||
        findMatchingTrait(member.traits, term, role) !== undefined),
  );
  const sign = up ? 1 : -1;
  return found.sort((a, b) => {
    const [x, y] = [a[sort], b[sort]];
    if (x === null || y === null) return x === y ? byId(a, b) : x === null ? 1 : -1;
    return x === y ? byId(a, b) : (x - y) * sign;
  });
}

const byId = (a: FoundMember, b: FoundMember): number =>
  a.userId < b.userId ? -1 : a.userId > b.userId ? 1 : 0;

/** What a search wants of traits: any value with this text in it, or one trait's. Texts are in small letters. */
interface TraitTerm {
  name?: string;
  text: string;
}

/** A search as a term for traits: `city:上海` means that trait alone, any other text the value of whichever. */
export function parseTraitTerm(search: string): TraitTerm {
  const text = search.trim().toLocaleLowerCase();
  const [, name, value] = /^([^:：]+)[:：]\s*(.+)$/.exec(text) ?? [];
  return name === undefined || value === undefined ? { text } : { name: name.trim(), text: value };
}

/**
 * The first trait that a term means, if the role may see its value: masked ones cannot be guessed by searching.
 * @param traits JSON of a member's traits, as `scalarTraits` writes it
 */
export function findMatchingTrait(
  traits: string | null,
  term: TraitTerm,
  role: Role,
): { name: string; value: string } | undefined {
  // Most members have nothing of it: reading their JSON would take ten times as long.
  if (traits === null || !traits.toLocaleLowerCase().includes(JSON.stringify(term.text).slice(1, -1))) {
    return undefined;
  }
  const values = JSON.parse(traits) as Record<string, unknown>;
  const shown = visibleTraits(values, role);
  const found = Object.entries(values).find(
    ([name, value]) =>
      (term.name === undefined || name.toLocaleLowerCase() === term.name) &&
      String(value).toLocaleLowerCase().includes(term.text) &&
      shown[name] === value,
  );
  return found && { name: found[0], value: String(found[1]) };
}

/** The query of an address. */
export function parseMemberQuery(query: URLSearchParams): MemberQuery {
  const sort = SORTS.find((one) => one === query.get('sort')) ?? 'interactions30';
  return {
    text: query.get('q') ?? '',
    stage: STAGES.find((one) => one === query.get('stage')),
    profileId: query.get('profile') || undefined,
    sort,
    up: query.get('up') === '1',
  };
}

/** The list that a query names, if it does. */
export const parseListName = (query: URLSearchParams): ListName | undefined =>
  LISTS.find((one) => one === query.get('list'));
