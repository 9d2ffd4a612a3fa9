import { type ImportRecord, NO_SUMS, newestAfter, queuedImport } from '#lib/imports/jobs/import-record.ts';

import type { ImportJobs } from '#lib/imports/jobs/imports-table.ts';

import type { Uploads } from '#lib/imports/jobs/uploads-bucket.ts';
import type { Mapping } from '#lib/imports/mapping/schema.ts';
import { PRESET_NAMES, parsePreset } from '#lib/imports/presets/presets.ts';
import type { SourceMapping, Sources } from '#lib/imports/presets/sources-table.ts';

/** A record for tests: an import of ten rows that is done, with one refused. */
export function importRecord(overrides: Partial<ImportRecord> = {}): ImportRecord {
  const about = { importId: 'imp_1', source: 'orders', filename: '订单.csv', size: 400 };
  return {
    ...queuedImport({ ...about, key: 'imports/orders/imp_1/file.csv' }, Date.parse('2026-03-07T00:00:00Z')),
    state: 'done',
    sums: {
      ...NO_SUMS,
      lines: 10,
      accepted: 8,
      dropped: 1,
      refused: 1,
      firstRefusals: [{ line: 4, column: '金额', code: 'money_invalid', message: '"free" is no amount' }],
    },
    events: 8,
    bytesRead: 400,
    activeMs: 2_000,
    mapping: 'orders@ready',
    ...overrides,
  };
}

/** Records in memory; `uploads` remembers which multipart uploads are open. */
export function memoryJobs(...records: ImportRecord[]) {
  const jobs = new Map(records.map((record) => [record.importId, record]));
  const uploads = new Map<string, string>();
  const store: ImportJobs = {
    async create(record, uploadId) {
      jobs.set(record.importId, record);
      if (uploadId !== undefined) uploads.set(record.importId, uploadId);
    },
    async find(importId) {
      const record = jobs.get(importId);
      const uploadId = uploads.get(importId);
      return record && { record, ...(uploadId !== undefined && { uploadId }) };
    },
    async uploaded(importId) {
      uploads.delete(importId);
    },
    async newest(limit, after) {
      return newestAfter([...jobs.values()], limit, after);
    },
  };
  return { ...store, jobs };
}

/**
 * Uploads to nowhere: an upload is put together if every part comes with its own number as ETag.
 * @param arrived keys of files that are there
 * @param gone ids of uploads that were given up
 */
export function fakeUploads(arrived = new Set<string>(), gone = new Set<string>()): Uploads {
  return {
    putUrl: (key, size) => `https://s3.test/${key}?size=${size}`,
    beginParts: async (key) => `upload of ${key}`,
    partUrl: (key, _, { partNumber, from, to }) => `https://s3.test/${key}?${partNumber}=${to - from}`,
    isOpen: async (_, uploadId) => !gone.has(uploadId),
    hasArrived: async (key) => arrived.has(key),
    async assemble(_, __, parts) {
      if (parts.some(({ etag }) => etag === 'gone')) return 'gone';
      return parts.every(({ partNumber, etag }) => etag === String(partNumber)) ? 'done' : 'wrong_parts';
    },
    rejectedUrl: (importId) => `https://s3.test/rejected/${importId}.ndjson`,
  };
}

/** Mappings in memory, beside the ready ones. */
export function memorySources(now: () => number): Sources {
  const stored = new Map<string, SourceMapping[]>();
  return {
    async list() {
      const ready = PRESET_NAMES.filter((name) => !stored.has(name));
      return [
        ...ready.map((source) => ({ source, version: 'ready' as const })),
        ...[...stored.values()].map((all) => {
          const { mapping: _, ...summary } = all.at(-1) as SourceMapping;
          return summary;
        }),
      ].sort((a, b) => (a.source < b.source ? -1 : 1));
    },
    async mapping(source, version) {
      const all = stored.get(source);
      if (version !== undefined) return all?.[version - 1];
      if (all !== undefined) return all.at(-1);
      if (!PRESET_NAMES.includes(source)) return undefined;
      return { source, version: 'ready', mapping: parsePreset(source) };
    },
    async store(source, mapping: Mapping, by) {
      const all = stored.get(source) ?? [];
      const updatedAt = new Date(now()).toISOString();
      all.push({ source, version: all.length + 1, mapping, updatedAt, createdBy: by });
      stored.set(source, all);
      return all.at(-1) as SourceMapping;
    },
  };
}
