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
 * anew, so the same size must always be cut the same way.
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
