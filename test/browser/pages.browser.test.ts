import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startLocal } from '#infra/local/start.ts';

const output = join(import.meta.dirname, '../output');

let dataDir: string;
let stack: Awaited<ReturnType<typeof startLocal>>;
let browser: Browser;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'zhiqun-browser-'));
  await mkdir(output, { recursive: true });
  stack = await startLocal({ port: 0, dataDir, empty: true });
  browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
  });
  page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    if (!/^(data:|blob:)/.test(request.url()) && !request.url().startsWith(stack.stack.api)) {
      complaints.push(`asked another host: ${request.url()}`);
    }
  });
});

afterAll(async () => {
  await browser?.close();
  await stack?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

test('the documentation shows every route, from this host alone, and nothing in it fails', async () => {
  await page.goto(`${stack.stack.api}/docs`);
  await page.locator('.opblock').first().waitFor();
  const response = await fetch(`${stack.stack.api}/v1/openapi.json`);
  const { paths } = (await response.json()) as { paths: Record<string, object> };
  const operations = Object.values(paths).reduce((sum, path) => sum + Object.keys(path).length, 0);
  expect(await page.locator('.opblock').count()).toBe(operations);
  await page.screenshot({ path: join(output, 'docs.png'), fullPage: true });
  expect(complaints).toEqual([]);
});

test.each(['zh', 'en'])(
  'the page at the root is readable in %s, on a phone and in the dark too',
  async (lang) => {
    const from = complaints.length;
    await page.goto(`${stack.stack.api}/?lang=${lang}`);
    await page.screenshot({ path: join(output, `home-${lang}.png`) });
    await page.setViewportSize({ width: 390, height: 700 });
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await page.screenshot({ path: join(output, `home-${lang}-phone.png`) });
    await page.setViewportSize({ width: 1200, height: 900 });
    await page.emulateMedia({ colorScheme: 'light' });
    // Chromium asks for an icon by itself; there is none.
    expect(complaints.slice(from).filter((text) => !text.includes('404'))).toEqual([]);
  },
);

test('a newcomer can call a route from the page with the printed key', async () => {
  await page.goto(`${stack.stack.api}/docs`);
  await page.locator('.btn.authorize').click();
  const scheme = page.locator('.modal-ux .auth-container', { hasText: '(http, Bearer)' });
  await scheme.locator('input').fill(stack.stack.secretKey);
  await scheme.locator('button.authorize').click();
  await scheme.locator('button.btn-done').click();
  const list = page.locator('.opblock-get', { hasText: /^GET\/v1\/keys/ });
  await list.locator('.opblock-summary').click();
  await list.locator('.try-out__btn').click();
  await list.locator('.execute').click();
  const answer = list.locator('.live-responses-table .response').first();
  await answer.waitFor();
  expect(await answer.textContent()).toContain('200');
  expect(await answer.textContent()).toContain('write');
  await page.screenshot({ path: join(output, 'docs-call.png') });
});
