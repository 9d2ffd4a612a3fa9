import { setTimeout as pause } from 'node:timers/promises';
import type { UploadTicket } from '#lib/imports/upload-ticket.ts';
import type { UploadedPart } from '#lib/imports/uploads-bucket.ts';

const AT_ONCE = 4;
const ATTEMPTS = 5;
const FIRST_PAUSE_MS = 250;

/**
 * Uploads a file to where the ticket says. Parts go up several at once, each again when it fails.
 * @param onProgress told how many bytes have arrived
 * @returns the parts, for the API to put together; none when the file went up in one piece
 * @throws Error that says what S3 said
 */
export async function uploadFile(
  file: Blob,
  ticket: UploadTicket,
  onProgress: (bytes: number) => void,
): Promise<UploadedPart[]> {
  if ('uploadUrl' in ticket) {
    await put(ticket.uploadUrl, file, new AbortController());
    onProgress(file.size);
    return [];
  }
  const uploaded: UploadedPart[] = [];
  const waiting = ticket.parts.values();
  const failed = new AbortController();
  let bytes = 0;
  const worker = async (): Promise<void> => {
    for (const { partNumber, from, to, uploadUrl } of waiting) {
      const etag = await put(uploadUrl, file.slice(from, to), failed);
      uploaded.push({ partNumber, etag });
      bytes += to - from;
      onProgress(bytes);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return uploaded.sort((a, b) => a.partNumber - b.partNumber);
}

/** @param failed is aborted when this gives up, and ends all others */
async function put(url: string, body: Blob, failed: AbortController): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    let reason: string;
    try {
      const answer = await fetch(url, { method: 'PUT', body, signal: failed.signal });
      const text = await answer.text();
      if (answer.ok) return answer.headers.get('etag') ?? '';
      reason = `S3 answered ${answer.status}: ${/<Message>([^<]+)/.exec(text)?.[1] ?? text.slice(0, 200)}`;
      if (answer.status < 500 && ![408, 429].includes(answer.status)) attempt = ATTEMPTS;
    } catch (error) {
      failed.signal.throwIfAborted();
      const { message, cause } = error as Error;
      reason = (cause as Error | undefined)?.message ?? message;
    }
    if (attempt >= ATTEMPTS) {
      const error = new Error(`The upload failed. ${reason}`);
      failed.abort(error);
      throw error;
    }
    await pause(FIRST_PAUSE_MS * 2 ** attempt * (0.5 + Math.random() / 2), undefined, {
      signal: failed.signal,
    });
  }
}
