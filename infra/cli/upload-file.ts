import { setTimeout as pause } from 'node:timers/promises';
import { isUrlExpired, renewableTicket, UrlExpired } from '#lib/imports/jobs/upload-plan.ts';
import type { UploadTicket } from '#lib/imports/jobs/upload-ticket.ts';
import type { UploadedPart } from '#lib/imports/jobs/uploads-bucket.ts';
import { forEachConcurrently } from '#lib/platform/concurrency.ts';

const MAX_CONCURRENT_PARTS = 4;
const MAX_ATTEMPTS = 5;
const FIRST_PAUSE_MS = 250;

interface Upload {
  file: Blob;
  ticket: UploadTicket;
  /** asks for fresh addresses of the same upload, when those of the ticket have run out */
  renew: () => Promise<UploadTicket>;
  /** called with how many bytes have arrived */
  onProgress: (bytes: number) => void;
}

/**
 * Uploads a file to where the ticket says. Parts go up several at once, each again when it fails, and once more to a
 * fresh address when its own is refused.
 * @returns the parts, for the API to put together; none when the file went up in one piece
 * @throws Error that says what S3 answered
 */
export async function uploadFile({ file, ticket, renew, onProgress }: Upload): Promise<UploadedPart[]> {
  const withTicket = renewableTicket(ticket, renew);
  const failed = new AbortController();
  /** @param partNumber undefined for a file in one piece */
  const send = (body: Blob, partNumber?: number): Promise<string> =>
    withTicket((valid) => putPart(findUploadUrl(valid, partNumber), body, failed.signal)).catch(
      (error: unknown) => {
        failed.abort(error);
        throw error;
      },
    );
  if ('uploadUrl' in ticket) {
    await send(file);
    onProgress(file.size);
    return [];
  }
  const uploaded: UploadedPart[] = [];
  let bytes = 0;
  await forEachConcurrently(ticket.parts, MAX_CONCURRENT_PARTS, async ({ partNumber, from, to }) => {
    const etag = await send(file.slice(from, to), partNumber);
    uploaded.push({ partNumber, etag });
    bytes += to - from;
    onProgress(bytes);
  });
  return uploaded.sort((a, b) => a.partNumber - b.partNumber);
}

function findUploadUrl(ticket: UploadTicket, partNumber: number | undefined): string {
  if ('uploadUrl' in ticket) return ticket.uploadUrl;
  return ticket.parts.find((part) => part.partNumber === partNumber)?.uploadUrl ?? '';
}

/**
 * @param failed is aborted when another part has given up
 * @throws AddressRefused, or Error when it is of no use to go on
 */
async function putPart(url: string, body: Blob, failed: AbortSignal): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    let reason: string;
    try {
      const answer = await fetch(url, { method: 'PUT', body, signal: failed });
      const text = await answer.text();
      if (answer.ok) return answer.headers.get('etag') ?? '';
      reason = `S3 answered ${answer.status}: ${/<Message>([^<]+)/.exec(text)?.[1] ?? text.slice(0, 200)}`;
      if (isUrlExpired(answer.status, text)) throw new UrlExpired(`The upload failed. ${reason}`);
      if (answer.status < 500 && ![408, 429].includes(answer.status)) attempt = MAX_ATTEMPTS;
    } catch (error) {
      if (error instanceof UrlExpired) throw error;
      failed.throwIfAborted();
      const { message, cause } = error as Error;
      reason = (cause as Error | undefined)?.message ?? message;
    }
    if (attempt >= MAX_ATTEMPTS) throw new Error(`The upload failed. ${reason}`);
    await pause(FIRST_PAUSE_MS * 2 ** attempt * (0.5 + Math.random() / 2), undefined, { signal: failed });
  }
}
