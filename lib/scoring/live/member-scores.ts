import { MAX_ID_BYTES } from '#lib/events/ids.ts';
import type { Item } from '#lib/events/stored-event.ts';
import { parseMemberDays, parseMemberRecord } from '#lib/members/member-items.ts';
import type { Profile } from '#lib/members/profile.ts';
import { isCorrupt, rebuildIfCorrupt } from '#lib/members/rebuild-on-read.ts';
import { forEachConcurrently } from '#lib/platform/concurrency.ts';
import { ApiError, StoreError } from '#lib/platform/errors.ts';
import { errorFields, type Log } from '#lib/platform/log.ts';
import type { LiveModels } from './live-models.ts';
import { buildScoreView, type ScoreView, type ScoreViewOptions } from './score-view.ts';

/** Why one member of a batch has no score. */
interface ScoreError {
  userId: string;
  error: { code: 'member_not_found' | 'member_damaged' | 'user_id_invalid' | 'unavailable'; message: string };
}

/** Scores of this second. */
export interface MemberScores {
  /**
   * undefined for an unknown member.
   * @throws StoreError when the members' table does not answer in time; ApiError 409 `member_damaged`, 400
   *   `as_of_in_future`
   */
  score(userId: string, options?: ScoreViewOptions): Promise<ScoreView | undefined>;
  /**
   * In the order of the ids; what is wrong with one member concerns no other.
   * @throws StoreError when the members' table answers for none of them
   */
  scores(userIds: readonly string[], options?: ScoreViewOptions): Promise<(ScoreView | ScoreError)[]>;
  /** What `identify` calls reported, and the figures of the score under names of their own; undefined for an unknown member. */
  traits(userId: string, options?: ScoreViewOptions): Promise<ComputedTraits | undefined>;
}

/** Reads the day and profile items of one member in order, none of an unknown member. @throws StoreError */
export type ReadItems = (userId: string, signal: AbortSignal) => Promise<readonly Item[]>;

interface MemberScoresDeps {
  read: ReadItems;
  live: () => Promise<LiveModels>;
  /** makes a member's items again from the log */
  rebuild: (userId: string) => Promise<unknown>;
  /** YYYY-MM-DD in the business's time zone */
  today: () => string;
  log: Log;
}

const READ_TIMEOUT_MS = 3_000;
const READ_CONCURRENCY = 32;

/** Scores over one read per member and the models in memory. */
export function memberScores({ read, live, rebuild, today, log }: MemberScoresDeps): MemberScores {
  /** What `parse` makes of a member's items, and the models; undefined for an unknown member. */
  async function known<T>(
    userId: string,
    parse: (items: readonly Item[]) => T,
  ): Promise<[T, LiveModels] | undefined> {
    const readOnce = async () => {
      const items = await read(userId, AbortSignal.timeout(READ_TIMEOUT_MS));
      return items.length === 0 ? undefined : parse(items);
    };
    const [found, models] = await Promise.all([
      rebuildIfCorrupt(readOnce, () => rebuild(userId), log),
      live(),
    ]);
    return found === undefined ? undefined : [found, models];
  }

  async function inBatch(
    userId: string,
    signal: AbortSignal,
    models: Promise<LiveModels>,
    options: ScoreViewOptions | undefined,
  ): Promise<ScoreView | ScoreError> {
    const failure = (code: ScoreError['error']['code'], message: string) => ({
      userId,
      error: { code, message },
    });
    if (userId === '' || Buffer.byteLength(userId) > MAX_ID_BYTES || !userId.isWellFormed()) {
      return failure('user_id_invalid', `An id has 1 to ${MAX_ID_BYTES} bytes of UTF-8.`);
    }
    try {
      const items = await read(userId, signal);
      if (items.length === 0) return failure('member_not_found', 'Nothing is known of this member.');
      return buildScoreView(userId, parseMemberDays(items), today(), await models, options);
    } catch (error) {
      if (isCorrupt(error)) {
        log('error', 'member corrupt', errorFields(error));
        return failure(
          'member_damaged',
          'POST /v1/members/{userId}/rebuild makes the items again from the log.',
        );
      }
      if (error instanceof StoreError && error.retriable) {
        log('warn', 'member not read', errorFields(error));
        return failure('unavailable', 'The store did not answer in time. Try again.');
      }
      throw error;
    }
  }

  const refuseFuture = ({ asOf }: ScoreViewOptions = {}): void => {
    if (asOf === undefined || asOf <= today()) return;
    throw new ApiError(400, 'as_of_in_future', `asOf: ${asOf} is yet to come. Today is ${today()}.`);
  };

  return {
    async score(userId, options) {
      refuseFuture(options);
      const found = await known(userId, parseMemberDays);
      return found && buildScoreView(userId, found[0], today(), found[1], options);
    },

    async scores(userIds, options) {
      refuseFuture(options);
      const signal = AbortSignal.timeout(READ_TIMEOUT_MS);
      const models = live();
      const answers: (ScoreView | ScoreError)[] = [];
      await forEachConcurrently(userIds, READ_CONCURRENCY, async (userId, i) => {
        answers[i] = await inBatch(userId, signal, models, options);
      });
      if (answers.every((answer) => 'error' in answer && answer.error.code === 'unavailable')) {
        throw new StoreError('read members: none was answered in time', { retriable: true });
      }
      return answers;
    },

    async traits(userId, options) {
      const found = await known(userId, (items) => parseMemberRecord(userId, items));
      if (found === undefined) return undefined;
      const [{ days, profile }, models] = found;
      return computeTraits(
        profile,
        buildScoreView(userId, days, today(), models, { ...options, explain: false }),
      );
    },
  };
}

/** Traits by name, in the spelling of tools that read profiles: what clients reported, and what zhiqun computed. */
type ComputedTraits = Record<string, unknown>;

/** A score's figures as traits; a computed one takes precedence over one of the same name that a client set. */
function computeTraits({ traits }: Profile, score: ScoreView): ComputedTraits {
  const { activity, profile, value, influence } = score;
  const reported = Object.entries(traits).map(([name, trait]): [string, unknown] => [name, trait.value]);
  return Object.fromEntries([
    ...reported,
    ...Object.entries({
      as_of: score.asOf,
      activity: activity.value,
      activity_count: activity.count,
      activity_percentile: activity.percentile,
      retention: score.retention,
      stage: score.stage,
      churn_risk: score.churnRisk,
      profile_id: profile?.id ?? null,
      profile_name: profile?.name ?? null,
      value_minor: value?.amountMinor ?? null,
      value_low_minor: value?.low ?? null,
      value_high_minor: value?.high ?? null,
      value_currency: value?.currency ?? null,
      influence_percentile: influence?.percentile ?? null,
    }),
  ]);
}
