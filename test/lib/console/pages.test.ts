import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { ACTIONS } from '#lib/events/taxonomy.ts';
import type { Need } from '#lib/models/schema.ts';
import type { CountingNotice } from '#lib/rebuilds/rules-change.ts';
import { memoryRecounts, recountView } from '#test/lib/rebuilds/memory-rebuilds.ts';
import { BROKEN, consoleFixture, REPORT_PAGES } from './console-fixture.ts';
import { memoryRuns, runView } from './memory-runs.ts';
import { sampleModels } from './sample-models.ts';
import { sampleReport } from './sample-report.ts';

const PAGES = [
  ...REPORT_PAGES,
  '/console/members/u_10037',
  '/console/imports',
  '/console/imports/imp_1',
  '/console/runs',
  '/console/settings',
];

describe.each(['zh-CN', 'en'])('in %s', (language) => {
  test.each(PAGES)('%s is whole', async (path) => {
    const { ask, signIn } = consoleFixture();
    const answer = await ask(`GET ${path}`, await signIn('owner'), undefined, {
      'accept-language': language,
    });
    const html = await answer.text();
    expect(answer.status).toBe(200);
    expect(html).toContain(`<html lang="${language}"`);
    expect(html.replace(/<pre[\s\S]*?<\/pre>/g, '')).not.toMatch(BROKEN);
    // English pages speak no Chinese but in names and what members wrote.
    if (language === 'en' && !/members|feedback|imports|profiles$|^\/console$/.test(path)) {
      const own = html.replace(/中文|老板|运营小林|实习生/g, '');
      expect(own.match(/[\u4e00-\u9fff]+/g)).toBeNull();
    }
  });
});

test.each([
  ['/console/profiles', 'zh-CN', '分组在 300 次迭代后还没有稳定下来'],
  ['/console/profiles', 'en', 'The division had not settled after 300 iterations'],
  ['/console/value', 'zh-CN', '影响力在 500 次迭代后还没有稳定下来'],
  ['/console/value', 'en', 'Influence had not settled after 500 iterations'],
])('%s says in %s when a model had not settled, and only then', async (path, language, sentence) => {
  const models = sampleModels();
  const page = async () => {
    const { ask, signIn } = consoleFixture({ models0: models });
    const headers = { 'accept-language': language };
    return (await ask(`GET ${path}`, await signIn('reader'), undefined, headers)).text();
  };
  expect(await page()).not.toContain(sentence);
  const { profiles, influence } = models;
  if (profiles.status !== 'fitted' || influence.status !== 'fitted')
    throw new Error('the samples are fitted');
  Object.assign(profiles.card, { converged: true, iterations: 300 });
  Object.assign(influence.card, { converged: true, iterations: 500 });
  expect(await page()).not.toContain(sentence);
  profiles.card.converged = false;
  influence.card.converged = false;
  expect(await page()).toContain(sentence);
});

test('nothing on any page is inline that the policy would refuse', async () => {
  const { ask, signIn } = consoleFixture();
  const cookie = await signIn('owner');
  for (const path of PAGES) {
    const answer = await ask(`GET ${path}`, cookie);
    const html = await answer.text();
    expect(html).not.toMatch(/<style|\sstyle=|\son[a-z]+=|<script(?! src="\/console\/assets\/)/);
    expect(answer.headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self' https://s3.test; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    );
    expect(answer.headers.get('cache-control')).toBe('no-store');
  }
});

test('every form carries the token of its session', async () => {
  const { ask, signIn } = consoleFixture();
  const cookie = await signIn('owner');
  for (const path of PAGES) {
    const html = await (await ask(`GET ${path}`, cookie)).text();
    const forms = html.match(/<form method="post"[\s\S]*?<\/form>/g) ?? [];
    for (const form of forms) expect(form).toMatch(/name="form" value="[\w-]{43}"/);
  }
});

test('every chart has its numbers as a table and as a file with the same numbers', async () => {
  const { ask, signIn } = consoleFixture();
  const cookie = await signIn('reader');
  let files = 0;
  for (const path of PAGES) {
    const html = await (await ask(`GET ${path}`, cookie)).text();
    const figures = html.split('<section class="card chart-card').slice(1);
    for (const figure of figures) expect(figure).toMatch(/<table>[\s\S]*<tbody><tr>/);
    expect((html.match(/<svg role="img" aria-label="[^"]+"/g) ?? []).length).toBe(
      figures.filter((figure) => figure.includes('class="chart"')).length,
    );
    for (const [, href = ''] of html.matchAll(/<a class="csv" href="([^"]+)"/g)) {
      const answer = await ask(`GET ${href.replaceAll('&amp;', '&')}`, cookie);
      expect([href, answer.status]).toEqual([href, 200]);
      expect(answer.headers.get('content-disposition')).toMatch(
        /^attachment; filename="zhiqun-[\w-]+\.csv"$/,
      );
      const csv = await answer.text();
      expect(csv.split('\r\n').length).toBeGreaterThan(2);
      files += 1;
    }
  }
  expect(files).toBeGreaterThan(20);
});

test('a page loads and runs nothing but our own, stands in no frame, and stays in no cache', async () => {
  const { ask, signIn } = consoleFixture();
  const { headers } = await ask('GET /console/trends', await signIn('reader'));
  expect(headers.get('content-security-policy')).toBe(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self' https://s3.test; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  );
  expect(Object.fromEntries(headers)).toMatchObject({
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=()',
  });
  expect(headers.has('strict-transport-security')).toBe(false);
});

test('a browser that takes gzip gets gzip, with the same content', async () => {
  const { ask, signIn } = consoleFixture();
  const cookie = await signIn('reader');
  const plain = await (await ask('GET /console/trends', cookie)).text();
  const packed = await ask('GET /console/trends', cookie, undefined, { 'accept-encoding': 'gzip, br' });
  expect(packed.headers.get('content-encoding')).toBe('gzip');
  const bytes = Buffer.from(await packed.arrayBuffer());
  expect(gunzipSync(bytes).toString()).toBe(plain);
  expect(bytes.length).toBeLessThan(150_000);
  const refused = await ask('GET /console/trends', cookie, undefined, { 'accept-encoding': 'gzip;q=0' });
  expect(refused.headers.get('content-encoding')).toBeNull();
});

describe('states', () => {
  test('the first day: how to connect an app, and no figures anywhere', async () => {
    const { ask, signIn } = consoleFixture({ report: undefined });
    const cookie = await signIn('owner');
    const first = await (await ask('GET /console', cookie)).text();
    expect(first).toContain('还没有收到任何事件');
    expect(first).toContain('data-await="/console/arrived.json"');
    expect(first).toContain('Swift');
    for (const path of PAGES.filter((one) => !/u_10037|settings|imports|runs/.test(one)).slice(1)) {
      expect(await (await ask(`GET ${path}`, cookie)).text()).toContain('还没有生成过');
    }
  });

  test('the first event: figures can be made now', async () => {
    const { ask, signIn } = consoleFixture({ report: undefined, anyMember: async () => true });
    const cookie = await signIn('operator');
    expect(await (await ask('GET /console/arrived.json', cookie)).json()).toEqual({ arrived: true });
    const page = await (await ask('GET /console', cookie)).text();
    expect(page).toContain('第一批事件已经到了');
    expect(page).toContain('现在生成');
  });

  test('a report of nobody is the first day still', async () => {
    const { ask, signIn } = consoleFixture({
      report: sampleReport({ members: 0 }),
      anyMember: async () => false,
    });
    expect(await (await ask('GET /console', await signIn('reader'))).text()).toContain('还没有收到任何事件');
  });

  test('too little data: what is missing, and no invented figure', async () => {
    const needs: Need[] = [
      { what: 'historyDays', have: 37, need: 60 },
      { what: 'payers', have: 100, need: 100 },
    ];
    const { status: _, ...head } = sampleModels().community;
    const few = { ...head, kind: 'value' as const, status: 'insufficient' as const, needs };
    const { ask, signIn } = consoleFixture({ models0: { ...sampleModels(), value: few } });
    const page = await (await ask('GET /console/value', await signIn('reader'))).text();
    expect(page).toContain('还需 23 天历史');
    expect(page).not.toContain('付过费的成员');
    expect(page).toContain('大约 12月15日 就够了');
  });

  test('a failed run: the old figures stay, with a bar that says where it failed', async () => {
    const failed = runView({
      state: 'failed',
      error: { step: 'score', message: 'scores/part-3 is missing' },
    });
    const { ask, signIn } = consoleFixture({ runs: memoryRuns(failed, runView()) });
    const cookie = await signIn('operator');
    const today = await (await ask('GET /console', cookie)).text();
    expect(today).toContain('在“给每位成员打分”这一步失败');
    expect(today).toContain('日活');
    const runs = await (await ask('GET /console/runs', cookie)).text();
    expect(runs).toContain('scores/part-3 is missing');
    expect(runs).toContain('重试');
  });

  test('figures of yesterday say so from six in the morning on', async () => {
    const { ask, signIn, clock } = consoleFixture();
    clock.now = Date.parse('2026-11-22T21:59:00.000Z');
    expect(await (await ask('GET /console', await signIn('reader'))).text()).not.toContain('没有生成新数据');
    clock.now = Date.parse('2026-11-22T22:01:00.000Z');
    expect(await (await ask('GET /console', await signIn('reader'))).text()).toContain('没有生成新数据');
  });

  test('a community in which nothing happened', async () => {
    const { daily, feedback, lists } = sampleReport();
    const none = (all: readonly number[]) => all.map(() => 0);
    const quiet = sampleReport({
      members: 3,
      activity: { numerator: 0, denominator: 0, value: null },
      stickiness: { numerator: 0, denominator: 0, value: null },
      retention: { numerator: 0, denominator: 0, value: null, month: null },
      daily: {
        ...(Object.fromEntries(
          Object.entries(daily).map(([name, value]) => [name, Array.isArray(value) ? none(value) : value]),
        ) as typeof daily),
        actions: Object.fromEntries(
          ACTIONS.map((action) => [action, none(daily.dau)]),
        ) as typeof daily.actions,
      },
      weeks: [],
      cohorts: [],
      months: [],
      profiles: [],
      lists: Object.fromEntries(Object.keys(lists).map((name) => [name, []])) as unknown as typeof lists,
      feedback: {
        ...feedback,
        nps: { promoters: 0, passives: 0, detractors: 0, value: null },
        rating: { sum: 0, count: 0, mean: null },
        keywords: { low: [], middle: [], high: [] },
        latest: [],
      },
    });
    const { ask, signIn } = consoleFixture({ report: quiet });
    const cookie = await signIn('owner');
    for (const path of PAGES) {
      const answer = await ask(`GET ${path}`, cookie);
      expect([path, answer.status]).toEqual([path, 200]);
      expect((await answer.text()).replace(/<pre[\s\S]*?<\/pre>/g, '')).not.toMatch(BROKEN);
    }
  });

  test('a page that is not there, and an error of ours, are pages too', async () => {
    const logged: unknown[] = [];
    const { ask, signIn } = consoleFixture({
      log: (...line) => logged.push(line),
      anyMember: async () => Promise.reject(new Error('secret detail')),
    });
    const cookie = await signIn('reader');
    const missing = await ask('GET /console/nowhere', cookie);
    expect([missing.status, await missing.text()]).toEqual([404, expect.stringContaining('没有这个页面')]);
    const error = await ask('GET /console/arrived.json', cookie);
    expect(error.status).toBe(500);
    expect(await error.text()).not.toContain('secret detail');
    expect(JSON.stringify(logged)).toContain('secret detail');
  });
});

test('language and theme are kept in a cookie by a switch on any page', async () => {
  const { ask, signIn } = consoleFixture();
  const cookie = await signIn('reader');
  const answer = await ask('GET /console/trends?days=30&lang=en&theme=dark', cookie);
  expect(answer.headers.get('location')).toBe('/console/trends?days=30');
  expect(answer.headers.getSetCookie().map((one) => one.split(';')[0])).toEqual(['lang=en', 'theme=dark']);
  const next = await (await ask('GET /console/trends', `${cookie}; lang=en; theme=dark`)).text();
  expect(next).toContain('<html lang="en" data-theme="dark"');
});

test('phones get charts drawn for their width', async () => {
  const { ask, signIn } = consoleFixture();
  const cookie = await signIn('reader');
  const width = async (headers: Record<string, string>) =>
    /viewBox="0 0 (\d+) /.exec(
      (await (await ask('GET /console/trends', cookie, undefined, headers)).text()).split(
        'class="chart"',
      )[1] ?? '',
    )?.[1];
  expect(await width({})).toBe('960');
  expect(await width({ 'sec-ch-ua-mobile': '?1' })).toBe('352');
  expect(await width({ 'user-agent': 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)' })).toBe('352');
  expect(await width({ cookie: `${cookie}; width=1400`, 'sec-ch-ua-mobile': '?1' })).toBe('960');
});

describe('while not all members are counted by the same rules', () => {
  const notice: CountingNotice = {
    rebuilding: true,
    changed: ['timeZone', 'currency', 'taxonomy'],
    from: { timeZone: 'Asia/Shanghai', currency: 'CNY' },
    to: { timeZone: 'Europe/Berlin', currency: 'EUR' },
    rebuildId: '2026-11-22-aaaaaa',
    membersChecked: 3_512,
  };
  const texts = {
    'zh-CN': [
      '计数规则变了：时区 Asia/Shanghai → Europe/Berlin，货币 CNY → EUR，哪些事件算什么行为',
      '已数 3,512 位成员',
    ],
    en: [
      'time zone Asia/Shanghai → Europe/Berlin, currency CNY → EUR, which events count as what',
      'Members counted: 3,512',
    ],
  };

  test.each(Object.entries(texts))(
    'every page says so, what has changed, and how far it is: %s',
    async (language, said) => {
      const { ask, signIn } = consoleFixture({ countingNotice: async () => notice });
      const cookie = await signIn('reader');
      for (const path of PAGES.filter((path) => !/settings/.test(path))) {
        const html = await (
          await ask(`GET ${path}`, cookie, undefined, { 'accept-language': language })
        ).text();
        for (const text of said) expect(html, path).toContain(text);
      }
      const quiet = consoleFixture();
      const html = await (await quiet.ask('GET /console', await quiet.signIn('reader'))).text();
      expect(html).not.toContain('计数规则');
    },
  );

  test('it says that it will begin, why it stopped, and that rules were changed back', async () => {
    const { rebuildId: _, membersChecked: __, ...waiting } = notice;
    const cases: [CountingNotice, string][] = [
      [waiting, '会自动开始'],
      [{ ...notice, error: 'it broke' }, '上一次停下了（it broke），会自动继续'],
      [{ ...notice, changed: [] }, '改过，又改了回来'],
      [{ rebuilding: true, changed: ['release'], to: notice.to }, '新版本的计数方式'],
    ];
    for (const [one, text] of cases) {
      const { ask, signIn } = consoleFixture({ countingNotice: async () => one });
      expect(await (await ask('GET /console', await signIn('reader'))).text()).toContain(text);
    }
  });

  test('the page of runs follows the job that counts', async () => {
    const job = recountView({
      recountId: 'r-1',
      state: 'running',
      parts: { done: 7, of: 20 },
      membersChecked: 3_512,
    });
    const { ask, signIn } = consoleFixture({
      recounts: memoryRecounts(job),
      countingNotice: async () => notice,
    });
    const cookie = await signIn('reader');
    const html = await (await ask('GET /console/runs', cookie)).text();
    expect(html).toContain('data-live="/console/rebuilds/r-1.json"');
    expect(html).toContain('7 / 20 部分，已数 3,512 位成员');
    const part = await (await ask('GET /console/rebuilds/r-1.json', cookie)).json();
    expect(part).toMatchObject({ goesOn: true, html: expect.stringContaining('7 / 20 部分') });
    expect((await ask('GET /console/rebuilds/nobody.json', cookie)).status).toBe(404);
  });

  test('the report says on the first page that it was made meanwhile', async () => {
    const report = sampleReport();
    report.quality.rebuilding = true;
    const { ask, signIn } = consoleFixture({ report });
    expect(await (await ask('GET /console', await signIn('reader'))).text()).toContain(
      '成员还没有全部按现在的规则数完',
    );
  });
});
