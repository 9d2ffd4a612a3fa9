import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import type { MemberDays } from '#lib/features/features.ts';

/** The purchases of CDNOW's customers of 1997 (Fader and Hardie), beside the project where it is present. */
export const cdnowFile = new URL('../../../../shared/data/cdnow/CDNOW_master.txt.gz', import.meta.url);

/** Each customer's days, as an import of the file would make them; dollars become cents. */
export async function cdnowDays(): Promise<Map<string, MemberDays>> {
  const [, ...lines] = gunzipSync(await readFile(cdnowFile))
    .toString()
    .trim()
    .split('\n');
  const days = new Map<string, { date: string; amounts: Record<string, number> }[]>();
  for (const line of lines) {
    const [id, ymd, , dollars] = line.trim().split(/\s+/) as [string, string, string, string];
    const date = `${ymd.slice(0, 4)}-${ymd.slice(4, 6)}-${ymd.slice(6)}`;
    const own = days.get(id) ?? [];
    days.set(id, own);
    // The file is in order of customer and date.
    if (own.at(-1)?.date !== date) own.push({ date, amounts: { order: 0, paidMinor: 0 } });
    const { amounts } = own.at(-1)!;
    amounts['order']! += 1;
    amounts['paidMinor']! += Math.round(100 * Number(dollars));
  }
  return days;
}
