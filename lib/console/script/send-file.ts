import { isUrlExpired, renewableTicket, UrlExpired } from '#lib/imports/jobs/upload-plan.ts';
import { forEachConcurrently } from '#lib/platform/concurrency.ts';

/** Where an announced file goes: to one address, or in parts. */
export type UploadTicket = { importId: string } & (
  | { uploadUrl: string; parts?: undefined }
  | { parts: { partNumber: number; from: number; to: number; uploadUrl: string }[] }
);

const CONCURRENCY = 3;
const MAX_ATTEMPTS = 3;

/**
 * Puts a file where its ticket says, three parts at a time, each tried three times, and once more with a fresh ticket
 * when its address has run out.
 * @param renew asks for a fresh ticket of the same upload
 * @param progress called with the share that is up, 0 to 1
 * @returns what was answered to the parts; undefined for a file in one piece
 * @throws Error when a piece does not get through
 */
export async function sendFile(
  file: File,
  ticket: UploadTicket,
  renew: () => Promise<UploadTicket>,
  progress: (share: number) => void,
): Promise<{ partNumber: number; etag: string }[] | undefined> {
  const sent = new Map<number, number>();
  const report = (part: number, bytes: number) => {
    sent.set(part, bytes);
    progress(Math.min(1, [...sent.values()].reduce((a, b) => a + b, 0) / file.size));
  };
  const withTicket = renewableTicket(ticket, renew);
  const send = (part: number, body: Blob): Promise<string> =>
    withTicket((valid) => retry(() => put(findAddress(valid, part), body, (bytes) => report(part, bytes))));
  if (ticket.parts === undefined) {
    await send(0, file);
    return undefined;
  }
  const done: { partNumber: number; etag: string }[] = [];
  await forEachConcurrently(ticket.parts, CONCURRENCY, async ({ partNumber, from, to }) => {
    done.push({ partNumber, etag: await send(partNumber, file.slice(from, to)) });
  });
  return done;
}

function findAddress(ticket: UploadTicket, part: number): string {
  if (ticket.parts === undefined) return ticket.uploadUrl;
  return ticket.parts.find(({ partNumber }) => partNumber === part)?.uploadUrl ?? '';
}

async function retry<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === MAX_ATTEMPTS || error instanceof UrlExpired) throw error;
      await new Promise((resolve) => setTimeout(resolve, attempt * 1_000));
    }
  }
}

/** `fetch` does not report the progress of an upload. */
function put(url: string, body: Blob, progress: (bytes: number) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('PUT', url);
    request.upload.onprogress = ({ loaded }) => progress(loaded);
    request.onload = () => {
      const { status, responseText } = request;
      if (isUrlExpired(status, responseText)) return reject(new UrlExpired(`HTTP ${status}`));
      if (status !== 200) return reject(new Error(`HTTP ${status}`));
      progress(body.size);
      resolve(request.getResponseHeader('etag') ?? '');
    };
    request.onerror = () => reject(new Error(''));
    // Without a type of its own: the address was signed for none.
    request.send(body.slice(0, body.size, ''));
  });
}
