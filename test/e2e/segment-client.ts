import { Analytics, type TrackParams } from '@segment/analytics-node';
import { expect } from 'vitest';
import { ACTIONS, type Action } from '#lib/events/taxonomy.ts';
import type { TimelineEvent } from '#lib/members/timeline.ts';
import type { MemberView } from '#lib/scoring/live/member-view.ts';
import { checkedFetch } from './checked-fetch.ts';

/** Where a running zhiqun listens, and the keys that open it. */
export interface Access {
  api: string;
  writeKey: string;
  secretKey: string;
}

export const EVENTS_PER_BATCH = 200;

/**
 * Sends track calls through the real Node SDK and waits until every one was acknowledged, retries included.
 * @throws Error when the SDK gave one up
 */
export async function deliver(host: string, writeKey: string, calls: readonly TrackParams[]): Promise<void> {
  const analytics = new Analytics({
    host,
    writeKey,
    flushAt: EVENTS_PER_BATCH,
    flushInterval: 1_000,
    httpRequestTimeout: 30_000,
  });
  const failures: unknown[] = [];
  analytics.on('error', (failure) => failures.push(failure));
  let acknowledged = 0;
  for (const call of calls) {
    analytics.track(call, (error) => {
      if (!error) acknowledged += 1;
    });
  }
  await analytics.closeAndFlush({ timeout: 100_000 });
  if (failures.length > 0) throw new Error(`the SDK gave up: ${JSON.stringify(failures[0])}`);
  expect(acknowledged).toBe(calls.length);
}

async function request(access: Access, path: string): Promise<Response> {
  return checkedFetch(new URL(path, access.api), {
    headers: { authorization: `Bearer ${access.secretKey}` },
  });
}

/** One member as the API shows it; undefined for an unknown member. */
export async function fetchMember(access: Access, userId: string): Promise<MemberView | undefined> {
  const response = await request(access, `/v1/members/${encodeURIComponent(userId)}`);
  if (response.status === 404) return undefined;
  expect(response.status).toBe(200);
  return (await response.json()) as MemberView;
}

/** The whole timeline of a member, page by page, newest first. */
export async function fetchTimeline(access: Access, userId: string, limit: number): Promise<TimelineEvent[]> {
  const events: TimelineEvent[] = [];
  let cursor: string | undefined;
  do {
    const query = new URLSearchParams({ limit: String(limit), ...(cursor === undefined ? {} : { cursor }) });
    const response = await request(access, `/v1/members/${encodeURIComponent(userId)}/events?${query}`);
    expect(response.status).toBe(200);
    const page = (await response.json()) as { events: TimelineEvent[]; cursor?: string };
    expect(page.events.length).toBeLessThanOrEqual(limit);
    events.push(...page.events);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return events;
}

export type Tally = Partial<Record<Action, number>>;

/** Counts of every action, zeros included, so that a tally compares with what the API answers. */
export const allActions = (tally: Tally): Record<Action, number> =>
  Object.fromEntries(ACTIONS.map((action) => [action, tally[action] ?? 0])) as Record<Action, number>;
