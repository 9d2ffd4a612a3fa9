import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startLocal } from '#infra/local/local-stack.ts';
import { collectComplaints, findSeriousViolations, overflow, startBrowser } from './browser.ts';

const MOODLE = fileURLToPath(new URL('../../../shared/data/moodle-la/Events.csv.gz', import.meta.url));
const output = join(import.meta.dirname, '../output/console');
const PAGES = [
  '',
  '/trends',
  '/profiles',
  '/members',
  '/value',
  '/feedback',
  '/imports',
  '/settings',
  '/runs',
];
const PATIENT = { timeout: 180_000 };

type Role = 'reader' | 'operator' | 'owner';

let dataDir: string;
let stack: Awaited<ReturnType<typeof startLocal>>;
let browser: Browser;
let complaints: string[] = [];
const keys = new Map<Role, string>();
const contexts: BrowserContext[] = [];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'zhiqun-console-'));
  await mkdir(output, { recursive: true });
  stack = await startLocal({ port: 0, dataDir });
  browser = await startBrowser();
  for (const role of ['reader', 'operator', 'owner'] as const) keys.set(role, await newKey(role));
}, 600_000);

afterEach(async () => {
  for (const context of contexts.splice(0)) await context.close();
});

afterAll(async () => {
  await browser?.close();
  await stack?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

async function newKey(role: Role): Promise<string> {
  const response = await fetch(`${stack.stack.api}/v1/keys`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stack.stack.secretKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: role, role }),
  });
  return ((await response.json()) as { key: string }).key;
}

interface Looks {
  lang?: 'zh-CN' | 'en';
  dark?: boolean;
  phone?: boolean;
  scripts?: boolean;
}

/** A window of somebody signed in, complaints counted from now on. */
async function readWindow(
  role: Role,
  { lang = 'zh-CN', dark, phone, scripts = true }: Looks = {},
): Promise<Page> {
  const context = await browser.newContext({
    locale: lang,
    colorScheme: dark ? 'dark' : 'light',
    viewport: phone ? { width: 390, height: 844 } : { width: 1280, height: 900 },
    javaScriptEnabled: scripts,
    ...(phone && {
      userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148',
    }),
  });
  contexts.push(context);
  const page = await context.newPage();
  complaints = collectComplaints(page, [stack.stack.api, stack.stack.s3]);
  await page.goto(stack.stack.api);
  await page.fill('#key', keys.get(role) ?? '');
  await page.click('.primary');
  await page.waitForURL(/\/console$/);
  return page;
}

const at = (path: string) => `${stack.stack.api}/console${path}`;

describe('signing in', () => {
  test.each(['zh-CN', 'en'] as const)('is one field, in %s', async (lang) => {
    const context = await browser.newContext({ locale: lang });
    contexts.push(context);
    const page = await context.newPage();
    await page.goto(stack.stack.api);
    expect(page.url()).toContain('/console/sign-in');
    await page.fill('#key', 'sk_wrong');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    expect(await findSeriousViolations(page)).toEqual([]);
    await page.screenshot({ path: join(output, `sign-in-${lang}.png`) });
  });

  test('leaves a cookie that scripts cannot read, and signing out takes it away', async () => {
    const page = await readWindow('owner');
    expect(await page.evaluate(() => document.cookie)).not.toContain('zhiqun');
    const [cookie] = (await page.context().cookies()).filter(({ name }) => name === 'zhiqun');
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' });
    await page.click('.menu summary');
    await page.getByRole('button', { name: '退出' }).click();
    await page.waitForURL(/sign-in/);
    await page.goto(at('/trends'));
    expect(page.url()).toContain('sign-in?to=');
  });
});

describe.each([
  ['zh-CN', 'light', false],
  ['en', 'dark', false],
  ['zh-CN', 'dark', true],
  ['en', 'light', true],
] as const)('every page in %s, %s, on a phone: %s', (lang, theme, phone) => {
  test('is readable, fits, and has no serious violation', async () => {
    const page = await readWindow('owner', { lang, dark: theme === 'dark', phone });
    const member = await page.locator('.people a[href*="/members/"]').first().getAttribute('href');
    for (const path of [...PAGES, (member ?? '').replace('/console', '')]) {
      await page.goto(at(path));
      await page.locator('main > *').first().waitFor();
      expect([path, await findSeriousViolations(page)]).toEqual([path, []]);
      expect([path, await overflow(page)]).toEqual([path, 0]);
      const name = path.startsWith('/members/') ? 'member' : path.slice(1) || 'today';
      const file = `${name}-${lang.slice(0, 2)}-${theme}${phone ? '-phone' : ''}.png`;
      await page.screenshot({ path: join(output, file), fullPage: true });
    }
    expect(complaints).toEqual([]);
  }, 240_000);
});

test('without scripts every page is there, with its numbers', async () => {
  const page = await readWindow('reader', { scripts: false });
  for (const path of PAGES) await page.goto(at(path));
  await page.goto(at('/trends?days=30'));
  await page.locator('#actions details summary').click();
  expect(await page.locator('#actions tbody tr').count()).toBe(30);
  await page.getByRole('link', { name: 'English' }).click();
  expect(await page.locator('h1').textContent()).toBe('Trends');
});

test('a chart tells its numbers where one points, and drawing over it zooms in', async () => {
  const page = await readWindow('reader');
  await page.goto(at('/trends?days=90'));
  const box = await page.locator('#actions .chart').boundingBox();
  if (box === null) throw new Error('no chart');
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width * 0.4, y);
  const tip = page.locator('.tip');
  await tip.waitFor();
  const day = (await tip.locator('b').textContent()) ?? '';
  const row = page.locator('#actions tbody tr', { hasText: day });
  expect(await tip.textContent()).toContain((await row.locator('td').first().textContent()) ?? '?');
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.7, y, { steps: 5 });
  await page.mouse.up();
  await page.waitForURL(/from=\d{4}-\d\d-\d\d/);
  expect(new URL(page.url()).searchParams.get('from')).toBe(day);
  expect(complaints).toEqual([]);
});

test('keys lead through the pages', async () => {
  const page = await readWindow('reader');
  await page.keyboard.press('g');
  await page.keyboard.press('m');
  await page.waitForURL(/\/members$/);
  await page.keyboard.press('/');
  await page.keyboard.type('city:上海'); // a reader finds by traits that are no contacts
  await page.keyboard.press('Enter');
  await page.waitForURL(/q=/);
  expect(await page.locator('main tbody tr').count()).toBeGreaterThan(5);
});

test('a member is found by name, and their page tells who they are and why', async () => {
  const page = await readWindow('operator');
  const first = page.locator('.people li').first();
  const name = (await first.locator('a').textContent()) ?? '';
  await page.fill('[data-search]', name);
  await page.keyboard.press('Enter');
  await page.locator('main tbody a', { hasText: name }).first().click();
  await page.locator('h1', { hasText: name }).waitFor();
  expect(await page.locator('#score').isVisible()).toBe(true);
  expect(await page.locator('.timeline li').count()).toBeGreaterThan(0);
  await page.getByRole('button', { name: '重新计数' }).click();
  await page.getByRole('status').waitFor();
  expect(complaints).toEqual([]);
});

test('a profile is renamed, figures are made again while one watches, and the name stays', async () => {
  const page = await readWindow('operator');
  await page.goto(at('/profiles'));
  const card = page.locator('.chart-card[id^="profile-"]').first();
  await card.locator('.rename summary').click();
  await card.locator('[name=zh]').fill('我们的骨干');
  await card.locator('.primary').click();
  await page.locator('h2', { hasText: '我们的骨干' }).waitFor();

  await page.goto(at(''));
  await page.getByRole('button', { name: '现在生成' }).click();
  await page.waitForURL(/\/runs\/.+/);
  await page.getByText('新数据已经生成').waitFor(PATIENT);
  await page.screenshot({ path: join(output, 'run-done.png') });
  await page.goto(at('/profiles'));
  expect(await page.locator('h2', { hasText: '我们的骨干' }).count()).toBe(1);
  expect(complaints).toEqual([]);
}, 240_000);

describe('a file', () => {
  test('of our own kind is matched column by column, and counted', async () => {
    const file = join(dataDir, '打卡.csv');
    await writeFile(
      file,
      '学员,时间,动作\nxue-1,2026-01-05 10:00:00,打卡\nxue-2,2026-01-05 11:00:00,打卡\nxue-3,gestern,打卡\n',
    );
    const page = await readWindow('operator');
    await page.goto(at('/imports'));
    await page.setInputFiles('input[type=file]', file);
    await page.locator('[name="value:打卡"]').selectOption('Activity Joined');
    await page.getByText('Activity Joined · xue-1').waitFor();
    await page.fill('[name=name]', 'da-ka');
    await page.click('[data-save]');
    await page.locator('[data-send]:enabled').click();
    await page.waitForURL(/imports\/imp_/);
    await page.getByText('已经导入').waitFor(PATIENT);
    expect(await page.locator('.facts').textContent()).toMatch(/行3接受2略过0拒绝1/);
    expect(await page.locator('tbody').textContent()).toContain('gestern');
    const [refused] = await Promise.all([
      page.waitForEvent('download'),
      page.getByText('下载全部被拒绝的行').click(),
    ]);
    expect(refused.suggestedFilename()).toMatch(/^imp_\w+.*\.ndjson$/);
    await page.goto(at('/members/xue-1'));
    expect(await page.locator('#timeline').textContent()).toContain('Activity Joined');
  }, 240_000);

  test('whose addresses run out on the way goes on with fresh ones, and sends no part twice', async () => {
    const file = join(dataDir, 'calls.ndjson');
    const line = (i: number) =>
      `{"type":"track","userId":"xue-1","event":"Activity Joined","messageId":"long-${i}","timestamp":"2026-01-05T10:00:00Z","context":{"pad":"${'x'.repeat(20_000)}"}}\n`;
    await writeFile(file, Array.from({ length: 900 }, (_, i) => line(i)).join(''));
    const page = await readWindow('operator');
    const puts: string[] = [];
    let renewals = 0;
    await page.route('**/*.upload.json', async (route) => {
      renewals += 1;
      await route.continue();
    });
    await page.route(/X-Amz-Signature/, async (route) => {
      const part = new URL(route.request().url()).searchParams.get('partNumber');
      if (route.request().method() !== 'PUT') return route.continue();
      const isExpired = part !== '1' && renewals === 0;
      puts.push(`${part} ${isExpired ? 'refused' : 'taken'}`);
      if (!isExpired) return route.continue();
      await route.fulfill({
        status: 403,
        headers: { 'access-control-allow-origin': '*' },
        body: '<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>',
      });
    });
    await page.goto(at('/imports'));
    await page.setInputFiles('input[type=file]', file);
    await page.locator('[data-send]:enabled').click();
    await page.waitForURL(/imports\/imp_/);
    await page.getByText('已经导入').waitFor(PATIENT);
    expect(renewals).toBe(1);
    expect(puts.filter((one) => one.endsWith('taken')).sort()).toEqual(['1 taken', '2 taken', '3 taken']);
    expect(puts.length).toBeGreaterThan(3);
    expect(await page.locator('.facts').textContent()).toMatch(/行900接受900略过0拒绝0/);
  }, 240_000);

  test.skipIf(!existsSync(MOODLE))(
    'of Moodle goes up and is counted to the last row',
    async () => {
      const page = await readWindow('operator');
      await page.goto(at('/imports'));
      await page.setInputFiles('input[type=file]', MOODLE);
      await page.locator('#source').waitFor();
      expect(await page.locator('#source').inputValue()).toBe('moodle');
      expect(await overflow(page)).toBe(0);
      await page.screenshot({ path: join(output, 'import-preview.png'), fullPage: true });
      await page.click('[data-send]');
      await page.waitForURL(/imports\/imp_/);
      await page.getByText('已经导入').waitFor(PATIENT);
      expect(await page.locator('.facts').textContent()).toMatch(/行95,626接受95,626略过0拒绝0事件95,626/);
      await page.screenshot({ path: join(output, 'import-done.png') });
      expect(complaints).toEqual([]);
    },
    240_000,
  );
});

test('a reader sees masked names, and is refused what operators may', async () => {
  const page = await readWindow('reader');
  expect(await page.locator('.people li a').first().textContent()).toMatch(/^.\*\*$/u);
  expect(await page.getByRole('button', { name: '现在生成' }).count()).toBe(0);
  const form = await page.locator('[name=form]').first().inputValue();
  const refused = await page.request.post(at('/runs'), {
    form: { form },
    headers: { 'sec-fetch-site': 'same-origin' },
  });
  expect(refused.status()).toBe(403);
  expect(await refused.text()).toContain('需要“运营”权限的密钥');
});
