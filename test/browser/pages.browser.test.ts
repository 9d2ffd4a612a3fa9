import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startLocal } from '#infra/local/local-stack.ts';
import { collectComplaints, findSeriousViolations, startBrowser } from './browser.ts';

const output = join(import.meta.dirname, '../output');

let dataDir: string;
let stack: Awaited<ReturnType<typeof startLocal>>;
let browser: Browser;
let page: Page;
let complaints: string[] = [];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'zhiqun-browser-'));
  await mkdir(output, { recursive: true });
  stack = await startLocal({ port: 0, dataDir, empty: true });
  browser = await startBrowser();
  page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
  complaints = collectComplaints(page, [stack.stack.api]);
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

test('the first page waits for the first event, and turns by itself when it comes', async () => {
  const from = complaints.length;
  await page.goto(stack.stack.api);
  await page.fill('#key', stack.stack.secretKey);
  await page.click('.primary');
  await page.locator('[data-await]').waitFor();
  expect(await findSeriousViolations(page)).toEqual([]);
  await page.screenshot({ path: join(output, 'first-day.png') });
  await fetch(`${stack.stack.api}/v1/track`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${stack.stack.writeKey}:`)}` },
    body: JSON.stringify({ userId: 'xiaoming', event: 'Lesson Completed' }),
  });
  await page.locator('form[action="/console/runs"] button').waitFor({ timeout: 60_000 });
  expect(complaints.slice(from)).toEqual([]);
});

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
