import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';

export type Row = Readonly<Record<string, string>>;

/** The `<row …/>` elements of a gzipped Stack Exchange dump file, attributes decoded. */
export async function readRows(file: URL): Promise<Row[]> {
  const xml = gunzipSync(await readFile(file)).toString();
  return [...xml.matchAll(/<row\s([^>]*?)\/>/g)].map(([, attributes]) =>
    Object.fromEntries(
      [...attributes!.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, decoded(value!)]),
    ),
  );
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decoded(text: string): string {
  return text.replace(
    /&(?:#x([\da-f]+)|#(\d+)|(\w+));/gi,
    (whole, hex?: string, decimal?: string, name?: string) => {
      if (hex) return String.fromCodePoint(Number.parseInt(hex, 16));
      return decimal ? String.fromCodePoint(Number(decimal)) : (ENTITIES[name ?? ''] ?? whole);
    },
  );
}
