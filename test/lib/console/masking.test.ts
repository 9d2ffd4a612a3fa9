import { describe, expect, test } from 'vitest';
import { visibleId, visibleName, visibleText, visibleTraits } from '#lib/console/data/masking.ts';
import { consoleFixture } from './console-fixture.ts';

describe('a reader', () => {
  test('sees the first letter of a name and nothing of its length', () => {
    expect(visibleName({ userId: 'u_1', name: '林晓雨' }, 'reader')).toBe('林**');
    expect(visibleName({ userId: 'u_1', name: '林' }, 'reader')).toBe('林**');
    expect(visibleName({ userId: 'u_1', name: '👩‍💻 Amelia' }, 'reader')).toMatch(/\*\*$/);
    expect(visibleName({ userId: 'u_1', name: null }, 'reader')).toBe('u_1');
  });

  test('sees no id that is itself a contact', () => {
    expect(visibleId('lin@example.com', 'reader')).toBe('l**');
    expect(visibleId('13812345678', 'reader')).toBe('1**');
    expect(visibleId('u_10037', 'reader')).toBe('u_10037');
  });

  test('sees no contact in traits, wherever it hides', () => {
    const traits = {
      name: '林晓雨',
      Email: 'lin@example.com',
      city: '杭州',
      level: 3,
      vip: true,
      note: '打我电话 13812345678',
      微信号: 'linxiaoyu',
      family: { phone: 13_812_345_678, children: [{ realName: '小明', age: 6 }] },
      backup: ['lin2@example.com', 'x'],
    };
    const shown = visibleTraits(traits, 'reader');
    expect(shown).toEqual({
      name: '林**',
      Email: 'l**',
      city: '杭州',
      level: 3,
      vip: true,
      note: '打**',
      微信号: 'l**',
      family: { phone: '1**', children: [{ realName: '小**', age: 6 }] },
      backup: ['l**', 'x'],
    });
  });

  test('reads what members wrote without the numbers and addresses in it', () => {
    expect(visibleText('加我 13812345678 或 lin@example.com 吧', 'reader')).not.toMatch(/138|example/);
  });

  test('finds no name or contact on any page, in any file or in any address', async () => {
    const { ask, signIn } = consoleFixture();
    const cookie = await signIn('reader');
    for (const path of [
      '/console',
      '/console/members',
      '/console/members?list=topHelpers',
      '/console/members/u_10037',
      '/console/members/all.csv',
      '/console/members/list.csv?list=topHelpers',
      '/console/profiles',
      '/console/feedback',
    ]) {
      const text = await (await ask(`GET ${path}`, cookie)).text();
      expect([path, text.match(/林晓雨|陈思远|沈清和|lin@example|138\d{8}/g)]).toEqual([path, null]);
    }
  });
});

test.each(['operator', 'owner'] as const)('an %s sees all of it', (role) => {
  const traits = { name: '林晓雨', phone: '13812345678' };
  expect(visibleTraits(traits, role)).toEqual(traits);
  expect(visibleName({ userId: 'u_1', name: '林晓雨' }, role)).toBe('林晓雨');
  expect(visibleId('lin@example.com', role)).toBe('lin@example.com');
});
