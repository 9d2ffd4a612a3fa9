import { expect, test } from 'vitest';
import { drawCoreset, drawUniformSample } from '#lib/models/numeric/kmeans/row-sample.ts';
import { hashToUnit, seededRandom } from '#lib/platform/seeded-random.ts';

import { kmeansSet } from '#test/bench/kmeans-sets.ts';
import { column } from '#test/lib/models/generated.ts';

const WIDTH = 12;

test('which rows a sample holds, and in which order, has nothing to do with how they are stored', () => {
  const count = 5_000;
  const rows = kmeansSet('raw', count);
  const keys = column(count, (i) => hashToUnit(`user-${i}`, 1));
  const backwards = new Float64Array(rows.length);
  for (let i = 0; i < count; i += 1) {
    backwards.set(rows.subarray(i * WIDTH, (i + 1) * WIDTH), (count - 1 - i) * WIDTH);
  }
  const stored = { width: WIDTH, blocks: [rows] };
  const otherwise = {
    width: WIDTH,
    blocks: [backwards.slice(0, 7 * WIDTH), backwards.slice(7 * WIDTH)],
  };
  const keysThere = keys.toReversed();
  const few = drawUniformSample(stored, keys, 300);
  expect(few.length).toBe(300 * WIDTH);
  expect(drawUniformSample(otherwise, keysThere, 300)).toEqual(few);
  const weighted = drawCoreset(stored, keys, 700, few);
  expect(weighted.weights!.length).toBe(700);
  expect(drawCoreset(otherwise, keysThere, 700, few)).toEqual(weighted);
});

test('a smaller sample is the beginning of a larger one, and the largest holds all', () => {
  const rows = { width: 1, blocks: [column(1_000, (i) => i)] };
  const keys = column(1_000, (i) => hashToUnit(String(i), 3));
  const all = drawUniformSample(rows, keys, 2_000);
  expect(all.toSorted()).toEqual(rows.blocks[0]);
  for (const size of [1, 10, 400, 1_000])
    expect(drawUniformSample(rows, keys, size)).toEqual(all.slice(0, size));
});

test('rows with the same key do not push out others', () => {
  const rows = { width: 1, blocks: [column(100, (i) => i)] };
  const keys = column(100, (i) => (i < 90 ? 0.5 : 0.1));
  expect(drawUniformSample(rows, keys, 10).toSorted()).toEqual(column(10, (i) => 90 + i));
  expect(drawUniformSample(rows, keys, 20).length).toBe(20);
});

test('the weights of a weighted sample add up to all rows, and to their spread even where outliers make most of it', () => {
  const count = 50_000;
  const rows = kmeansSet('raw', count);
  const spread = (block: Float64Array, weights?: Float64Array) => {
    let sum = 0;
    for (let at = 0; at < block.length; at += 1)
      sum += (weights?.[Math.floor(at / WIDTH)] ?? 1) * block[at]! ** 2;
    return sum;
  };
  const truth = spread(rows);
  const off = [1, 2, 3, 4, 5].map((seed) => {
    const random = seededRandom(seed);
    const keys = column(count, random);
    const few = drawUniformSample({ width: WIDTH, blocks: [rows] }, keys, 500);
    const { blocks, weights } = drawCoreset({ width: WIDTH, blocks: [rows] }, keys, 2_000, few);
    expect(Math.abs(weights!.reduce((sum, w) => sum + w, 0) / count - 1)).toBeLessThan(0.1);
    return Math.abs(spread(blocks[0]!, weights) / truth - 1);
  });
  expect(Math.max(...off)).toBeLessThan(0.05);
});

test('keys are spread evenly, and another seed gives others', () => {
  const keys = Array.from({ length: 10_000 }, (_, i) => hashToUnit(`member-${i}`, 7));
  expect(Math.min(...keys)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...keys)).toBeLessThan(1);
  for (let tenth = 0; tenth < 10; tenth += 1) {
    expect(keys.filter((key) => Math.floor(10 * key) === tenth).length / 1_000).toBeCloseTo(1, 0);
  }
  expect(hashToUnit('member-1', 8)).not.toBe(keys[1]);
  expect(new Set(keys).size).toBe(10_000);
});
