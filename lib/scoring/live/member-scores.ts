import type { Item } from '#lib/events/stored-event.ts';
import { memberDays, memberRecord } from '#lib/members/member-record.ts';
import { isDamaged, mended } from '#lib/members/rebuild-on-read.ts';
import { ApiError, StoreError } from '#lib/platform/errors.ts';
import { errorFields, type Log } from '#lib/platform/log.ts';
import type { LiveModels } from '#lib/scoring/live/live-models.ts';
import { type ComputedTraits, computedTraits } from './computed-traits.ts';
import { type ScoreView, type ScoreWish, scoreView } from './score-view.ts';

/** Why one member of a batch has no score. */
export interface ScoreFault {
  userId: string;
  error: { code: 'member_not_found' | 'member_damaged' | 'user_id_invalid' | 'unavailable'; message: string };
}

/** Scores of this second. */
export interface Scores {
  /**
   * undefined for a stranger.
   * @throws StoreError when the members' table does not answer in time; ApiError 409 `member_damaged`, 400
   *   `as_of_in_future`
   */
  score(userId: string, wish?: ScoreWish): Promise<ScoreView | undefined>;
  /**
   * In the order of the ids; what is wrong with one member concerns no other.
   * @throws StoreError when the members' table answers for none of them
   */
  scores(userIds: readonly string[], wish?: ScoreWish): Promise<(ScoreView | ScoreFault)[]>;
  /** What `identify` calls said, and the figures of the score under names of their own; undefined for a stranger. */
  traits(userId: string, wish?: ScoreWish): Promise<ComputedTraits | undefined>;
}

/** Reads the day and profile items of one member in order, none of a stranger. @throws StoreError */
export type ReadItems = (userId: string, signal: AbortSignal) => Promise<readonly Item[]>;

export interface ScoresParts {
  read: ReadItems;
  live: () => Promise<LiveModels>;
  /** makes a member's items anew from the log */
  rebuild: (userId: string) => Promise<unknown>;
  /** YYYY-MM-DD in the business's time zone */
  today: () => string;
  log: Log;
}

const BUDGET_MS = 3_000;
const READS_AT_ONCE = 32;
const MAX_ID_BYTES = 256;

/** Scores over one read per member and the models in memory. */
export function memberScores({ read, live, rebuild, today, log }: ScoresParts): Scores {
  /** What `parse` makes of a member's items, and the models; undefined for a stranger. */
  async function known<T>(
    userId: string,
    parse: (items: readonly Item[]) => T,
  ): Promise<[T, LiveModels] | undefined> {
    const readOnce = async () => {
      const items = await read(userId, AbortSignal.timeout(BUDGET_MS));
      return items.length === 0 ? undefined : parse(items);
    };
    const [found, models] = await Promise.all([mended(readOnce, () => rebuild(userId), log), live()]);
    return found === undefined ? undefined : [found, models];
  }

  async function inBatch(
    userId: string,
    signal: AbortSignal,
    models: Promise<LiveModels>,
    wish: ScoreWish | undefined,
  ): Promise<ScoreView | ScoreFault> {
    const fault = (code: ScoreFault['error']['code'], message: string) => ({
      userId,
      error: { code, message },
    });
    if (userId === '' || Buffer.byteLength(userId) > MAX_ID_BYTES || !userId.isWellFormed()) {
      return fault('user_id_invalid', `An id has 1 to ${MAX_ID_BYTES} bytes of UTF-8.`);
    }
    try {
      const items = await read(userId, signal);
      if (items.length === 0) return fault('member_not_found', 'Nothing is known of this member.');
      return scoreView(userId, memberDays(items), today(), await models, wish);
    } catch (error) {
      if (isDamaged(error)) {
        log('error', 'member damaged', errorFields(error));
        return fault('member_damaged', 'POST /v1/members/{userId}/rebuild counts this member anew.');
      }
      if (error instanceof StoreError && error.retriable) {
        log('warn', 'member not read', errorFields(error));
        return fault('unavailable', 'The store did not answer in time. Try again.');
      }
      throw error;
    }
  }

  const refuseFuture = ({ asOf }: ScoreWish = {}): void => {
    if (asOf === undefined || asOf <= today()) return;
    throw new ApiError(400, 'as_of_in_future', `asOf: ${asOf} is yet to come. Today is ${today()}.`);
  };

  return {
    async score(userId, wish) {
      refuseFuture(wish);
      const found = await known(userId, memberDays);
      return found && scoreView(userId, found[0], today(), found[1], wish);
    },

    async scores(userIds, wish) {
      refuseFuture(wish);
      const signal = AbortSignal.timeout(BUDGET_MS);
      const models = live();
      const answers: (ScoreView | ScoreFault)[] = [];
      let next = 0;
      const worker = async (): Promise<void> => {
        for (let i = next++; i < userIds.length; i = next++) {
          answers[i] = await inBatch(userIds[i]!, signal, models, wish);
        }
      };
      await Promise.all(Array.from({ length: Math.min(userIds.length, READS_AT_ONCE) }, worker));
      if (answers.every((answer) => 'error' in answer && answer.error.code === 'unavailable')) {
        throw new StoreError('read members: none was answered in time', { retriable: true });
      }
      return answers;
    },

    async traits(userId, wish) {
      const found = await known(userId, (items) => memberRecord(userId, items));
      if (found === undefined) return undefined;
      const [{ days, profile }, models] = found;
      return computedTraits(profile, scoreView(userId, days, today(), models, { ...wish, explain: false }));
    },
  };
}
