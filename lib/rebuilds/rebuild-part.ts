import type { Dates, MemberRecount } from '#lib/members/recount-member.ts';
import { describeError } from '#lib/platform/jobs.ts';
import { errorFields, type Log } from '#lib/platform/log.ts';
import { addTotals, type PartRecord, type Position, type RebuildRecord } from './rebuild-record.ts';
import type { PartRecords } from './rebuild-records-table.ts';
import { emptyTotals, type RebuildScope, type RebuildTotals } from './rebuild-view.ts';

/** One part of a job, as the state machine hands it on. */
export interface PartTask {
  recountId: string;
  part: number;
}

export interface RebuildPartDeps {
  /** version of the rules that `recount` counts by */
  rules: string;
  find: (recountId: string) => Promise<RebuildRecord | undefined>;
  records: PartRecords;
  memberSource: (scope: RebuildScope) => MemberSource;
  /** `recountMember` over this deployment's tables */
  recount: (userId: string, dates?: Dates) => Promise<MemberRecount | undefined>;
  /** whether an error may pass without anything being changed */
  isTransient: (error: unknown) => boolean;
  /** waits before the n-th repetition */
  pause: (attempt: number) => Promise<void>;
  /** whether the time of this call is nearly over */
  isOutOfTime: () => boolean;
  /** milliseconds since 1970 */
  now: () => number;
  /** called when a part is through: its job may be, too */
  onPartDone: (job: RebuildRecord) => Promise<void>;
  log: Log;
}

const MEMBER_CONCURRENCY = 8;
const MAX_ATTEMPTS = 6;
const SAVE_EVERY_MS = 10_000;
/** What was repaired differs from the log no more: a call that dies before it has reported it takes the finding with it. */
const SAVE_FINDINGS_EVERY_MS = 1_000;

/** Why a job over all members stops when a deploy has brought other rules: half of them would be counted by each. */
const SUPERSEDED =
  'The counting rules have changed since it began. All members are counted again by those of now: another rebuild begins by itself.';

/**
 * Goes on with a part of a job, where the last call of it came to, until it is through or the time is over.
 * @returns the task, and whether nothing is left to do for it: the part is through, or its rules are those of now no more
 * @throws StoreError; Error when there is no such job, or another call has taken the part over
 */
export async function rebuildPart(
  { recountId, part }: PartTask,
  deps: RebuildPartDeps,
): Promise<PartTask & { done: boolean }> {
  const job = await deps.find(recountId);
  if (job === undefined)
    throw new Error(`There is no rebuild ${recountId}: start one with POST /v1/rebuilds.`);
  const { fault: _, ...record } = await deps.records.takeOver(recountId, part);
  if (record.endedAt !== undefined) return { recountId, part, done: true };
  if (job.rules !== undefined && job.rules !== deps.rules) {
    await deps.records.save(recountId, part, { ...record, fault: SUPERSEDED });
    return { recountId, part, done: true };
  }
  const save = () => deps.records.save(recountId, part, record);
  try {
    const done = await continuePart(job, part, record, save, deps);
    if (done) record.endedAt = deps.now();
    await save();
    // What this notes is noted later otherwise.
    if (done)
      await deps
        .onPartDone(job)
        .catch((error: unknown) => deps.log('warn', 'end not noted', errorFields(error)));
    return { recountId, part, done };
  } catch (error) {
    // That it cannot be written must not hide why the work failed.
    await deps.records.save(recountId, part, { ...record, fault: describeError(error) }).catch(() => {});
    throw error;
  }
}

/** Counts members and moves `record` on with every few of them. @returns whether none are left */
async function continuePart(
  { scope, of }: RebuildRecord,
  part: number,
  record: PartRecord,
  save: () => Promise<void>,
  deps: RebuildPartDeps,
): Promise<boolean> {
  const source = deps.memberSource(scope);
  const dates = toDates(scope);
  let saved = { at: deps.now(), itemsRepaired: record.totals.itemsRepaired };
  const saveNowAndThen = async (): Promise<void> => {
    const { itemsRepaired } = record.totals;
    const every = itemsRepaired > saved.itemsRepaired ? SAVE_FINDINGS_EVERY_MS : SAVE_EVERY_MS;
    if (deps.now() - saved.at < every) return;
    await save();
    saved = { at: deps.now(), itemsRepaired };
  };

  for await (const { members, end } of source.pages(part, of, record.position)) {
    for (let from = 0; from < members.length; from += MEMBER_CONCURRENCY) {
      if (deps.isOutOfTime()) return false;
      const some = members.slice(from, from + MEMBER_CONCURRENCY);
      await recountAll(some, source, dates, record, deps);
      record.position = some.at(-1)!.position;
      await saveNowAndThen();
    }
    if (end !== undefined) record.position = end;
    if (deps.isOutOfTime()) return false;
    await saveNowAndThen();
  }
  return true;
}

/**
 * Counts some members. What was repaired is noted at once: repeated, they do not differ any more. That they were checked
 * is noted when all of them are, as all of them are repeated together.
 */
async function recountAll(
  members: readonly FoundMember[],
  source: MemberSource,
  dates: Dates | undefined,
  record: PartRecord,
  deps: RebuildPartDeps,
): Promise<void> {
  const add = (some: Partial<RebuildTotals>): void => {
    record.totals = addTotals(record.totals, { ...emptyTotals(), ...some });
  };
  const outcomes = await Promise.allSettled(
    members.map(async (member) => {
      if (await source.isElsewhere(member)) return undefined;
      const found = await recountOne(member.userId, dates, deps);
      if (found !== undefined && found !== 'failed') add(toTotals(member.userId, found));
      return found;
    }),
  );
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected' || outcome.value === undefined) continue;
    const { value } = outcome;
    if (value === 'failed') add({ membersChecked: 1, membersFailed: 1 });
    else add({ membersChecked: 1, unreadableEvents: value.unreadable });
  }
}

/** @returns `failed` for a member that can never be counted: nobody else waits for them */
async function recountOne(
  userId: string,
  dates: Dates | undefined,
  { recount, isTransient: canPass, pause, log }: RebuildPartDeps,
): Promise<MemberRecount | 'failed' | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await recount(userId, dates);
    } catch (error) {
      if (!canPass(error)) {
        log('error', 'member not recounted', errorFields(error));
        return 'failed';
      }
      if (attempt === MAX_ATTEMPTS) throw error;
    }
    await pause(attempt);
  }
}

function toTotals(userId: string, { repaired }: MemberRecount): Partial<RebuildTotals> {
  return {
    membersDiffering: repaired.length > 0 ? 1 : 0,
    itemsRepaired: repaired.length,
    itemsRecent: repaired.filter(({ recent }) => recent).length,
    examples: repaired.filter(({ recent }) => !recent).map(({ sk }) => ({ userId, sk })),
  };
}

function toDates({ from = '', to = '9999' }: RebuildScope): Dates | undefined {
  if (from === '' && to === '9999') return undefined;
  return { has: (date) => date >= from && date <= to };
}

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
