import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseImportMessage } from '#lib/imports/jobs/import-job.ts';
import { MAX_UPLOAD, PART_BYTES, splitIntoParts, uploadKey } from '#lib/imports/jobs/upload-plan.ts';

const MOST_S3_PARTS = 10_000;
const LARGEST_S3_PART = 5 * 1024 ** 3;

test('the parts cover a file of any size without gap or overlap, within the limits of S3', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: MAX_UPLOAD }), (size) => {
      const { partSize, parts } = splitIntoParts(size);
      expect(parts.length).toBeLessThanOrEqual(Math.min(1_000, MOST_S3_PARTS));
      expect(partSize).toBeGreaterThanOrEqual(PART_BYTES);
      expect(partSize).toBeLessThanOrEqual(LARGEST_S3_PART);
      let at = 0;
      for (const [i, { partNumber, from, to }] of parts.entries()) {
        expect([partNumber, from]).toEqual([i + 1, at]);
        at = to;
      }
      expect(at).toBe(size);
    }),
  );
  expect(splitIntoParts(1_000 * PART_BYTES).partSize).toBe(PART_BYTES);
  expect(splitIntoParts(MAX_UPLOAD).parts.length).toBeLessThanOrEqual(1_000);
});

test('whatever a file is called, its key looks the same in a notification and leads to its import', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (filename) => {
      const key = uploadKey({ source: 'shop', importId: 'imp_0f1e', filename });
      expect(key).toMatch(/^imports\/shop\/imp_0f1e\/[A-Za-z0-9][A-Za-z0-9._-]{0,103}$/);
      const notification = { Records: [{ s3: { object: { key, size: 1 } } }] };
      expect(parseImportMessage(JSON.stringify(notification))).toMatchObject([
        { importId: 'imp_0f1e', source: 'shop', key },
      ]);
    }),
  );
});

test.each([
  ['events.csv.gz', 'events.csv.gz'],
  ['订单 2026-03.csv', 'file_2026-03.csv'],
  ['C:\\exports\\订单.csv', 'file_.csv'],
  ['../../etc/passwd', 'passwd'],
  ['..', 'file..'],
  ['a b+c%20.tsv', 'a_b_c_20.tsv'],
])('%s is kept as %s', (filename, kept) => {
  expect(uploadKey({ source: 's', importId: 'imp_1', filename })).toBe(`imports/s/imp_1/${kept}`);
});
