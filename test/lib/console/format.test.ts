import { describe, expect, test } from 'vitest';
import { getFormat } from '#lib/console/messages/language.ts';
import { preferredLanguage } from '#lib/platform/language.ts';

const zh = getFormat('zh', 'CNY', 'Asia/Shanghai');
const en = getFormat('en', 'CNY', 'Asia/Shanghai');

describe('figures', () => {
  test('are money with its sign, the small unit only below a hundred', () => {
    expect([zh.money(6_003_000), zh.money(8_643), zh.money(0), zh.money(-1_078)]).toEqual([
      '¥60,030',
      '¥86.43',
      '¥0.00',
      '-¥10.78',
    ]);
    expect(getFormat('en', 'JPY', 'Asia/Tokyo').money(1_500)).toBe('¥1,500');
  });

  test('are shares with one digit where one would hide them', () => {
    expect([zh.share(0.75), zh.share(0.074), zh.share(0.0996), zh.share(0), zh.share(1)]).toEqual([
      '75%',
      '7.4%',
      '10%',
      '0%',
      '100%',
    ]);
  });

  test('never put anybody above everybody', () => {
    expect([zh.above(0.999), zh.above(1), zh.above(0.5), zh.above(0)]).toEqual(['99%', '99%', '50%', '0%']);
  });

  test('that are not known are a dash', () => {
    expect([
      zh.count(null),
      zh.money(undefined),
      zh.share(Number.NaN),
      zh.decimal(null),
      zh.count(Infinity),
    ]).toEqual(Array(5).fill('–'));
  });

  test('are short on axes, in the units of the language', () => {
    expect([zh.short(12_000), en.short(12_000)]).toEqual(['1.2万', '12K']);
  });

  test("are at times of the business's zone", () => {
    expect(zh.time('2026-11-21T19:04:11.000Z')).toBe('11-22 03:04');
    expect([zh.date('2026-11-21'), en.date('2026-11-21')]).toEqual(['11月21日', 'Nov 21']);
    expect([zh.month('2026-10'), en.month('2026-10')]).toEqual(['2026年10月', 'Oct 2026']);
  });
});

test('Chinese comes first, English for those who ask for it before Chinese', () => {
  const languages = [undefined, 'zh-CN,zh;q=0.9,en;q=0.8', 'en-US,en;q=0.9', 'en,zh', 'fr', 'de,en;q=0.5'];
  expect(languages.map((accepted) => preferredLanguage(accepted))).toEqual([
    'zh',
    'zh',
    'en',
    'en',
    'zh',
    'en',
  ]);
});
