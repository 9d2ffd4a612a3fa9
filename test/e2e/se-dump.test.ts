import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TrackParams } from '@segment/analytics-node';
import { describe, expect, test, vi } from 'vitest';
import { startLocal } from '#infra/local/start.ts';
import type { Action } from '#lib/events/taxonomy.ts';
import { type Row, readRows } from './se-rows.ts';
import { allActions, deliver, fetchMember, fetchTimeline, type Tally } from './segment-client.ts';

const dump = new URL('../../../shared/data/se-quantumcomputing/', import.meta.url);
const present = existsSync(dump);
if (!present) console.log(`se-dump: skipped, the Stack Exchange dump is not at ${fileURLToPath(dump)}`);

describe.skipIf(!present)('a real site’s first half year through the Segment SDK', () => {
  test('every member’s counts are those of the XML', async () => {
    const [posts, comments] = await Promise.all([
      readRows(new URL('Posts.xml.gz', dump)),
      readRows(new URL('Comments.xml.gz', dump)),
    ]);
    const { calls, skipped } = buildCalls(posts, comments);
    const truth = countsIn(posts, comments);
    const dataDir = await mkdtemp(join(tmpdir(), 'zhiqun-se-'));
    const local = await startLocal({ port: 0, dataDir, empty: true });
    try {
      await deliver(local.stack.api, local.stack.writeKey, calls);
      for (const [userId, tally] of truth) {
        await vi.waitFor(
          async () =>
            expect((await fetchMember(local.stack, userId))?.counts.total, userId).toEqual(allActions(tally)),
          { timeout: 30_000, interval: 100 },
        );
      }
      await checkTimeline(local.stack, calls, truth);
      console.log(
        `se-dump: ${calls.length} events of ${truth.size} members; without an author: ${skipped} rows`,
      );
    } finally {
      await local.stop();
      await rm(dataDir, { recursive: true, force: true });
    }
  });
});

/** The busiest member's timeline holds exactly their events, at the times of the dump. */
async function checkTimeline(
  access: Parameters<typeof fetchTimeline>[0],
  calls: readonly TrackParams[],
  truth: ReadonlyMap<string, Tally>,
): Promise<void> {
  const total = (tally: Tally) => Object.values(tally).reduce((sum, n) => sum + n, 0);
  const [busiest] = [...truth].sort(([, a], [, b]) => total(b) - total(a))[0]!;
  const timeline = await fetchTimeline(access, busiest, 100);
  const sent = calls.filter(({ userId }) => userId === busiest);
  const buildKey = (id: string | undefined, time: unknown) => `${id} ${new Date(String(time)).toISOString()}`;
  expect(timeline.map((event) => buildKey(event.messageId, event.originalTimestamp)).sort()).toEqual(
    sent.map((call) => buildKey(call.messageId, call.timestamp)).sort(),
  );
}

const buildUserId = (id: string) => `se-${id}`;
const isPost = ({ PostTypeId }: Row) => PostTypeId === '1' || PostTypeId === '2';

/** What the members' apps would have sent, in the order of time. */
function buildCalls(
  posts: readonly Row[],
  comments: readonly Row[],
): { calls: TrackParams[]; skipped: number } {
  const byId = new Map(posts.map((post) => [post['Id'], post]));
  const findOwner = (id: string | undefined) => byId.get(id)?.['OwnerUserId'];
  const calls: TrackParams[] = [];
  let skipped = 0;
  const send = (author: string | undefined, row: Row, event: string, id: string, target?: string) => {
    if (author === undefined) {
      skipped += 1;
      return;
    }
    const properties = {
      ...(row['Title'] === undefined ? {} : { title: row['Title'] }),
      ...(target === undefined ? {} : { targetUserId: buildUserId(target) }),
    };
    const timestamp = `${row['CreationDate']}Z`;
    calls.push({ userId: buildUserId(author), event, messageId: id, timestamp, properties });
  };
  for (const row of posts.filter(isPost)) {
    const [id, owner] = [`post-${row['Id']}`, row['OwnerUserId']];
    if (row['PostTypeId'] === '1') send(owner, row, 'Question Asked', id);
    else send(owner, row, 'Answer Posted', id, findOwner(row['ParentId']));
    const accepted = byId.get(row['AcceptedAnswerId']);
    if (accepted !== undefined && owner !== undefined) {
      // The dump does not say when; an answer cannot be accepted before it is there.
      send(owner, accepted, 'Answer Accepted', `accept-${row['Id']}`, accepted['OwnerUserId']);
    }
  }
  for (const row of comments) {
    send(row['UserId'], row, 'Comment Created', `comment-${row['Id']}`, findOwner(row['PostId']));
  }
  return { calls: calls.sort((a, b) => String(a.timestamp).localeCompare(String(b.timestamp))), skipped };
}

/** What every member did, counted from the rows alone. */
function countsIn(posts: readonly Row[], comments: readonly Row[]): Map<string, Tally> {
  const counts = new Map<string, Tally>();
  const count = (rows: readonly Row[], author: string, action: Action) => {
    for (const row of rows) {
      if (row[author] === undefined) continue;
      const userId = buildUserId(row[author]);
      const tally = counts.get(userId) ?? {};
      counts.set(userId, { ...tally, [action]: (tally[action] ?? 0) + 1 });
    }
  };
  const questions = posts.filter(({ PostTypeId }) => PostTypeId === '1');
  const answers = posts.filter(({ PostTypeId }) => PostTypeId === '2');
  expect([questions.length, answers.length, comments.length]).toEqual([612, 1060, 3413]);
  count(questions, 'OwnerUserId', 'post');
  count(answers, 'OwnerUserId', 'reply');
  count(comments, 'UserId', 'reply');
  const ids = new Set(answers.map(({ Id }) => Id));
  count(
    questions.filter(({ AcceptedAnswerId }) => ids.has(AcceptedAnswerId!)),
    'OwnerUserId',
    'accept',
  );
  return counts;
}
