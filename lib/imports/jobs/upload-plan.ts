const MIB = 1024 * 1024;

/** What goes up in one piece; anything larger goes in parts of at least this size. In bytes. */
export const PART_BYTES = 8 * MIB;
// All part addresses travel in one answer, and Lambda answers with 6 MB at most.
const MAX_PARTS = 1_000;

/** The largest file that can be announced, in bytes. */
export const MAX_UPLOAD = 100 * 1024 * MIB;

const MAX_NAME_CHARS = 100;

/** A part of a file: from its first byte up to, not including, the byte at `to`. */
export interface PartRange {
  /** from 1 */
  partNumber: number;
  from: number;
  to: number;
}

/**
 * How to cut a file of this many bytes: all parts are equal but the last. An upload whose addresses are renewed is cut
 * again, so the same size must always be cut the same way.
 */
export function splitIntoParts(size: number): { partSize: number; parts: PartRange[] } {
  const partSize = Math.max(PART_BYTES, Math.ceil(size / MAX_PARTS / MIB) * MIB);
  const parts = Array.from({ length: Math.ceil(size / partSize) }, (_, i) => ({
    partNumber: i + 1,
    from: i * partSize,
    to: Math.min(size, (i + 1) * partSize),
  }));
  return { partSize, parts };
}

/**
 * Where an announced file goes. Only letters that look the same in an address, in a notification and on any disk are
 * kept of its name; the import's record has all of it.
 */
export function uploadKey({
  source,
  importId,
  filename,
}: {
  source: string;
  importId: string;
  filename: string;
}): string {
  const plain = filename
    .replace(/^.*[/\\]/s, '')
    .replace(/[^A-Za-z0-9._-]+/g, '_')
    .slice(-MAX_NAME_CHARS);
  return `imports/${source}/${importId}/${/^[A-Za-z0-9]/.test(plain) ? plain : `file${plain}`}`;
}

/** S3 no longer takes an upload's address. */
export class UrlExpired extends Error {}

/** Whether this answer to a PUT means that its address has run out: its hour is over, or the credentials that signed it are. */
export const isUrlExpired = (status: number, body: string): boolean =>
  status === 403 || (status === 400 && body.includes('<Code>ExpiredToken</Code>'));

/**
 * A ticket to upload with, whose addresses are renewed when they have run out. All parts that are refused at the same
 * time wait for the same renewal, and later ones go on with its addresses.
 * @returns does its work with the ticket, and once more with a fresh one if it throws AddressRefused
 */
export function renewableTicket<T>(
  ticket: T,
  renew: () => Promise<T>,
): <R>(work: (ticket: T) => Promise<R>) => Promise<R> {
  let current = (async () => ticket)();
  return async (work) => {
    const used = current;
    try {
      return await work(await used);
    } catch (error) {
      if (!(error instanceof UrlExpired)) throw error;
      if (current === used) current = renew();
      const fresh = await current.catch((reason: Error) => {
        throw new Error(`${error.message}. There is no fresh address: ${reason.message}`, { cause: reason });
      });
      return work(fresh);
    }
  };
}
