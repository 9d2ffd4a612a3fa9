import type { Stage } from '#lib/models/model-files.ts';

/** A member in a list or a search. Shares between 0 and 1, money in minor units; null without a model for it. */
export interface FoundMember {
  userId: string;
  name: string | null;
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
  /** part of an id or a name; '' for all */
  text: string;
  stage: string | undefined;
  profileId: string | undefined;
  sort: SortName;
  /** ascending */
  up: boolean;
}

/** Members that a query means, in its order; of equal ones the lower id first, who has no such figure last. */
export function membersFor(all: readonly FoundMember[], query: MemberQuery): FoundMember[] {
  const { stage, profileId, sort, up } = query;
  const text = query.text.trim().toLocaleLowerCase();
  const found = all.filter(
    (member) =>
      (stage === undefined || member.stage === stage) &&
      (profileId === undefined || member.profileId === profileId) &&
      (text === '' ||
        member.userId.toLocaleLowerCase().includes(text) ||
        (member.name?.toLocaleLowerCase().includes(text) ?? false)),
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
