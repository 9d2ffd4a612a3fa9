import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { demoCommunity } from '#infra/local/demo/community.ts';
import { GROUP_PLANS } from '#infra/local/demo/groups.ts';
import { PAYMENT_RULE } from '#infra/local/demo/payment-rule.ts';
import { hasFreeMemory } from '#infra/local/engines/engine-database.ts';
import type { StackInfo } from '#infra/local/stack-info.ts';
import { addDays, createCalendar } from '#lib/events/calendar.ts';
import { toMinorUnits } from '#lib/events/money.ts';
import type { LifecycleModel } from '#lib/models/lifecycle/schema.ts';
import { adjustedRandIndex } from '#lib/models/numeric/kmeans/cluster-quality.ts';
import type { ProfilesModel } from '#lib/models/profiles/schema.ts';
import type { CurrentModels } from '#lib/models/registry/current-models.ts';
import type { ValueModel } from '#lib/models/value/schema.ts';
import type { RunView } from '#lib/pipeline/run/run-record.ts';
import type { Report } from '#lib/reports/report.ts';
import { createOperator, PATIENCE, readStackInfo } from './stack-operator.ts';
import { type StackProcess, startStack } from './stack-process.ts';

const folder = fileURLToPath(new URL('../../../shared/data/', import.meta.url));
const present = existsSync(folder);
if (!present) console.log(`the night on real files: skipped, they are not at ${folder}`);

interface ScoreRow {
  userId: string;
  activity: number;
  interactions30: number;
  activityPercentile: number;
  retention: number | null;
  stage: string;
  churnRisk: number | null;
  profileId: string | null;
  profileDistance: number | null;
  profileMargin: number | null;
  valueMinor: number | null;
}

/** What the API says of a member as of the beginning of a date, as far as a row of that night says it too. */
interface OnlineScore {
  userId: string;
  activity: { value: number; count: number; percentile: number };
  retention: number | null;
  stage: string;
  churnRisk: number | null;
  profile: { id: string; distance: number; margin: number } | null;
  value: { amountMinor: number } | null;
}

let dataDir: string;
let stack: StackProcess;
let info: StackInfo;
const { api, drop, imported, night, json, rows, keys } = createOperator(() => info);
const model = async <T>(kind: keyof CurrentModels['models']): Promise<T> => {
  const { models } = await json<CurrentModels>('models/current.json');
  return json<T>(`models/${kind}/${models[kind]}.json`);
};

async function start(options: { demo: boolean }): Promise<void> {
  stack = await startStack(dataDir, options);
  info = await readStackInfo(dataDir);
  // The stack's own first night is of today: of data that came meanwhile it would make models that stay live.
  await vi.waitFor(async () => {
    const { runs } = await api<{ runs: RunView[] }>('/v1/runs');
    expect(runs.map(({ state }) => state)).toEqual(['done']);
  }, PATIENCE);
}

/** The report of a night by which all that was imported had been counted. */
const counted = (asOf: string, whole: (report: Report) => void): Promise<Report> =>
  vi.waitFor(async () => {
    expect(await night(asOf)).toMatchObject({ state: 'done' });
    const report = await json<Report>(`reports/${asOf}.json`);
    whole(report);
    return report;
  }, PATIENCE);

const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0);

beforeEach(async () => {
  dataDir = await mkdtemp(join(hasFreeMemory() ? '/dev/shm' : tmpdir(), 'night-'));
});
afterEach(async () => {
  await stack.stop();
  await rm(dataDir, { recursive: true, force: true });
});

/** The API's scores as of the beginning of `asOf` are those of that night's rows, to 1e-9. */
async function expectOnlineEqualsNightly(asOf: string): Promise<void> {
  const nightly = await rows<ScoreRow>(`scores/date=${asOf}/`);
  expect(nightly.length).toBeGreaterThan(0);
  for (let i = 0; i < nightly.length; i += 100) {
    const some = nightly.slice(i, i + 100);
    const { scores } = await api<{ scores: OnlineScore[] }>(`/v1/scores?asOf=${asOf}&explain=false`, {
      userIds: some.map(({ userId }) => userId),
    });
    for (const [n, row] of some.entries()) expectEqual(scores[n]!, row);
  }
}

function expectEqual(online: OnlineScore, row: ScoreRow): void {
  const near = (a: number | null | undefined, b: number | null) =>
    b === null ? expect(a ?? null).toBeNull() : expect(Math.abs(a! - b)).toBeLessThan(1e-9);
  expect(online).toMatchObject({ userId: row.userId, stage: row.stage });
  near(online.activity.value, row.activity);
  near(online.activity.percentile, row.activityPercentile);
  near(online.retention, row.retention);
  near(online.churnRisk, row.churnRisk);
  expect(online.profile?.id ?? null).toBe(row.profileId);
  near(online.profile?.distance, row.profileDistance);
  near(online.profile?.margin, row.profileMargin);
  near(online.value?.amountMinor, row.valueMinor === null ? null : Math.max(0, Math.round(row.valueMinor)));
}

describe.skipIf(!present)('on real communities', () => {
  test('Moodle as of 2019-10-28: figures and profiles, an honest refusal of churn and value, and equal scores online', async () => {
    const asOf = '2019-10-28';
    await start({ demo: false });
    await drop(join(folder, 'moodle-la/Events.csv.gz'), 'imports/moodle/Events.csv.gz');
    expect(await imported('Events.csv.gz')).toMatchObject({ state: 'done', accepted: 95_626 });
    const truth = parse(await readFile(join(folder, 'moodle-la/AllCombined.csv')), {
      columns: true,
      bom: true,
    }) as Record<string, string>[];

    const report = await counted(asOf, ({ daily: { actions } }) => {
      const totals = { posts: sum(actions.post), replies: sum(actions.reply), views: sum(actions.view) };
      expect(totals).toEqual({ posts: 254, replies: 2_083 + 9, views: 34_324 + 25_134 + 13_164 });
    });
    expect(report.members).toBe(130);
    expect(report.months.map(({ month, complete }) => [month, complete])).toEqual([
      ['2019-09', true],
      ['2019-10', false],
    ]);
    expect(report.activity.denominator).toBe(130);

    expect(await model<ProfilesModel>('profiles')).toMatchObject({ status: 'fitted', members: 130 });
    expect(await model<LifecycleModel>('lifecycle')).toMatchObject({ status: 'insufficient' });
    expect(await model<ValueModel>('value')).toMatchObject({
      status: 'insufficient',
      needs: expect.arrayContaining([{ what: 'historyDays', have: 49, need: 60 }]),
    });
    await expectOnlineEqualsNightly(asOf);

    const events = truth.map((row) => Number(row['Frequency.Total']));
    const grades = truth.map((row) => Number(row['Final_grade']));
    expect(correlation(events, grades)).toBeCloseTo(0.513, 3);
  }, 300_000);

  test('CDNOW as of 1998-06-30: value of payments beats the mean on held-out customers, and revenue is the file’s', async () => {
    const asOf = '1998-06-30';
    await start({ demo: false });
    const file = join(folder, 'cdnow/CDNOW_master.txt.gz');
    await drop(file, 'imports/orders/CDNOW_master.txt.gz');
    expect(await imported('CDNOW_master.txt.gz')).toMatchObject({ state: 'done', accepted: 69_659 });
    const lines = gunzipSync(await readFile(file))
      .toString()
      .trim()
      .split(/\r?\n/)
      .slice(1);
    const purchases = lines.map((line) => line.trim().split(/\s+/));
    const before = purchases.filter(([, date = '']) => date < '19980630');
    const sumFen = (of: string[][]) => sum(of.map(([, , , dollars]) => toMinorUnits(dollars, 2)!));
    const fen = sumFen(before);

    const report = await counted(asOf, ({ daily }) => expect(sum(daily.revenueMinor)).toBe(fen));
    expect(report.members).toBe(new Set(before.map(([customer]) => customer)).size);
    const value = await model<ValueModel>('value');
    if (value.status !== 'fitted') throw new Error(JSON.stringify(value));
    const { r2, mae, baseline, deciles } = value.card;
    expect(r2).toBeGreaterThan(baseline.r2 + 0.03);
    expect(mae).toBeLessThan(baseline.mae);
    expect(deciles[0]!.observed).toBeGreaterThan(3 * deciles.at(-1)!.observed);

    const whole = await counted('1998-07-01', ({ members }) => expect(members).toBe(23_570));
    expect(sum(whole.daily.revenueMinor)).toBe(sumFen(purchases));
  }, 400_000);
});

test('the demo community: its hidden groups and its planted payment rule are found, and scores online are equal', async () => {
  await start({ demo: true });
  const now = new Date();
  const asOf = createCalendar('Asia/Shanghai').dateAt(now.getTime());
  expect(await night(asOf)).toMatchObject({ state: 'done', live: true });

  const groups = new Map(demoCommunity({ now }).members.map(({ userId, group }) => [userId, group]));
  const scored = await rows<ScoreRow>(`scores/date=${asOf}/`);
  const strong = scored.filter(({ userId }) => GROUP_PLANS[groups.get(userId)!].strong);
  const found = adjustedRandIndex(
    strong.map(({ userId }) => groups.get(userId)!),
    strong.map(({ profileId }) => profileId!),
  );
  expect(found).toBeGreaterThanOrEqual(0.8);

  const value = await model<ValueModel>('value');
  if (value.status !== 'fitted') throw new Error(JSON.stringify(value));
  const then = await json<Report>(`reports/${asOf}.json`);
  const members = then.daily.members.at(-31)!;
  const planted = {
    activity: PAYMENT_RULE.interactions * 100 * members,
    learns30: PAYMENT_RULE.learns * 100,
    payment30: PAYMENT_RULE.payment,
  };
  for (const [feature, truth] of Object.entries(planted)) {
    const { low, high } = value.coefficients.find((one) => one.feature === feature)!;
    expect(low, feature).toBeLessThan(truth);
    expect(high, feature).toBeGreaterThan(truth);
  }
  expect((await model<LifecycleModel>('lifecycle')).status).toBe('fitted');
  await expectOnlineEqualsNightly(asOf);

  // History can be replayed, and does not push today's models aside.
  const past = addDays(asOf, -20);
  expect(await night(past)).toMatchObject({ state: 'done', live: false });
  expect((await json<CurrentModels>('models/current.json')).asOf).toBe(asOf);
  expect(await keys('reports/')).toEqual([`reports/${past}.json`, `reports/${asOf}.json`]);
}, 400_000);

function correlation(a: readonly number[], b: readonly number[]): number {
  const centred = (of: readonly number[]) => of.map((x) => x - sum(of) / of.length);
  const dot = (x: readonly number[], y: readonly number[]) => sum(x.map((value, i) => value * y[i]!));
  const [x, y] = [centred(a), centred(b)];
  return dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y));
}
