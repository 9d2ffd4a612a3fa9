import type { Position } from './part-record.ts';

/** A member to be counted. */
export interface FoundMember {
  userId: string;
  /** where to go on when they are done */
  position: Position;
}

export interface MembersPage {
  members: FoundMember[];
  /** where to go on when all of them are done; as after the last of them without it */
  end?: Position;
}

/** Where a part gets its members from. All methods throw StoreError. */
export interface MemberSource {
  /** the members of one of `of` parts, in any order; now and then one comes twice */
  pages(part: number, of: number, from?: Position): AsyncIterable<MembersPage>;
  /** whether this member comes at another place too, where they are counted */
  isElsewhere(member: FoundMember): Promise<boolean>;
}

/** The members that somebody has named, as one part. */
export const listedMembers = (userIds: readonly string[]): MemberSource => ({
  async *pages(_part, _of, from) {
    const done = from !== undefined && 'listed' in from ? from.listed : 0;
    yield {
      members: userIds.slice(done).map((userId, i) => ({ userId, position: { listed: done + i + 1 } })),
    };
  },
  isElsewhere: async () => false,
});
