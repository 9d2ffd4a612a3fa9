import type { ImportRecord } from './import-record.ts';
import { type PartRange, splitIntoParts } from './upload-plan.ts';
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
