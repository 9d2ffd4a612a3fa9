import type { Role } from '#lib/auth/keys/access-key.ts';
import type { Stage } from '#lib/models/model-files.ts';
import { canSeeNames, visibleId } from './masking.ts';
import { findMatchingTrait, parseTraitTerm } from './matched-trait.ts';

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
