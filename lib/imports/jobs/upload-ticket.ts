import { ApiError } from '#lib/platform/errors.ts';
import type { ImportRecord } from './import-record.ts';
import type { ImportJob } from './imports-table.ts';
import { PART_BYTES, type PartRange, splitIntoParts } from './upload-plan.ts';
import type { Uploads } from './uploads-bucket.ts';

/** Where an announced file goes: to one address, or in parts. */
export type UploadTicket = { importId: string } & (
  | { uploadUrl: string }
  | { partSize: number; parts: (PartRange & { uploadUrl: string })[] }
);

/**
 * The addresses to upload an import's file to, which take exactly the bytes that were announced.
 * @param uploadId of the upload in parts; undefined when the file comes in one piece
 */
export function uploadTicket(
  { importId, key, size }: Pick<ImportRecord, 'importId' | 'key' | 'size'>,
  uploadId: string | undefined,
  uploads: Uploads,
): UploadTicket {
  if (uploadId === undefined) return { importId, uploadUrl: uploads.putUrl(key, size) };
  const { partSize, parts } = splitIntoParts(size);
  return {
    importId,
    partSize,
    parts: parts.map((part) => ({ ...part, uploadUrl: uploads.partUrl(key, uploadId, part) })),
  };
}

/**
 * Fresh addresses for an import that still waits for its upload. Parts that are up already stay so: it is the same
 * upload, cut the same way.
 * @throws ApiError 409 `import_begun`, `upload_complete`, `upload_gone`; StoreError
 */
export async function renewUpload({ record, uploadId }: ImportJob, uploads: Uploads): Promise<UploadTicket> {
  const { state, key, size } = record;
  if (state !== 'queued') throw conflict('import_begun', 'The file has arrived and its import has begun');
  const isPutTogether = size > PART_BYTES && uploadId === undefined;
  if (isPutTogether || (await uploads.hasArrived(key)))
    throw conflict('upload_complete', 'The file has arrived and waits for its import');
  if (uploadId !== undefined && !(await uploads.isOpen(key, uploadId)))
    throw new ApiError(
      409,
      'upload_gone',
      'This upload was given up, as happens when it is not completed within two days. Announce the file again with POST /v1/imports and upload it from its beginning.',
    );
  return uploadTicket(record, uploadId, uploads);
}

const conflict = (code: string, what: string): ApiError =>
  new ApiError(
    409,
    code,
    `${what}: there is nothing left to upload. GET /v1/imports/{importId} shows how far it is.`,
  );
