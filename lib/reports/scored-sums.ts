import * as z from 'zod/mini';
import { STAGES } from '#lib/models/model-files.ts';
import { each } from '#lib/platform/artefact.ts';
import { type InferLazy, lazySchema } from '#lib/platform/lazy-schema.ts';
import { LISTS, type ListName, listedMember } from './lists.ts';

/** A member of a list with what orders it: a higher rank comes first, of equal ranks the lower userId. */
const rankedMember = lazySchema(() => z.extend(listedMember(), { rank: z.number() }));
export type RankedMember = InferLazy<typeof rankedMember>;

const ranked = lazySchema(() => z.array(rankedMember()));

/** What scoring one part of the members adds to the report (`scored/part-<i>.json`); sums of parts make the whole. */
export const scoredSums = lazySchema(() =>
  z.object({
    format: z._default(z.literal(1), 1),
    stages: z.object(each(STAGES, z._default(z.int(), 0))),
    /** by the profile's id; examples ranked by how close they are to its centre, at most `MAX_EXAMPLES` */
    profiles: z.record(z.string(), z.object({ size: z.int(), examples: ranked() })),
    /** at most `MAX_LISTED` each */
    lists: z.object(
      each(
        LISTS,
        z._default(ranked(), () => []),
      ),
    ),
  }),
);
export type ScoredSums = InferLazy<typeof scoredSums>;

const MAX_LISTED = 50;
const MAX_EXAMPLES = 5;

export const emptyScoredSums = (): ScoredSums => ({
  format: 1,
  stages: Object.fromEntries(STAGES.map((stage) => [stage, 0])) as ScoredSums['stages'],
  profiles: {},
  lists: Object.fromEntries(LISTS.map((list) => [list, []])) as unknown as ScoredSums['lists'],
});

/** Puts a member on a list if it is among the first there. */
export function addToList(sums: ScoredSums, name: ListName, member: RankedMember): void {
  insert(sums.lists[name], member, MAX_LISTED);
}

/** Counts a member to its profile, as an example too if it is among the closest. @param member.rank minus the distance */
export function countProfile(sums: ScoredSums, profileId: string, member: RankedMember): void {
  sums.profiles[profileId] ??= { size: 0, examples: [] };
  const profile = sums.profiles[profileId];
  profile.size += 1;
  insert(profile.examples, member, MAX_EXAMPLES);
}

/** Adds the sums of another part to `into`; in which order parts come makes no difference. */
export function addScores(into: ScoredSums, part: ScoredSums): void {
  for (const stage of STAGES) into.stages[stage] += part.stages[stage];
  for (const [id, { size, examples }] of Object.entries(part.profiles)) {
    into.profiles[id] ??= { size: 0, examples: [] };
    const profile = into.profiles[id];
    profile.size += size;
    for (const example of examples) insert(profile.examples, example, MAX_EXAMPLES);
  }
  for (const name of LISTS) for (const member of part.lists[name]) addToList(into, name, member);
}

/** Keeps `members` in order and short. */
function insert(members: RankedMember[], member: RankedMember, most: number): void {
  let at = members.length;
  while (at > 0 && isBefore(member, members[at - 1]!)) at -= 1;
  if (at >= most) return;
  members.splice(at, 0, member);
  if (members.length > most) members.pop();
}

const isBefore = (a: RankedMember, b: RankedMember): boolean =>
  a.rank === b.rank ? a.userId < b.userId : a.rank > b.rank;
