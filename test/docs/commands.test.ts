import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const documents = [...globSync('*.md'), ...globSync('docs/**/*.md')];
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };

test.each(documents)(
  '%s runs source files with the project’s own Node, by scripts that there are',
  (file) => {
    const text = readFileSync(file, 'utf8');
    expect(text).not.toMatch(/(?<!npx )\bnode +(--\S+ +)*\S+\.ts\b/);
    const named = [...text.matchAll(/\bnpm run ([a-z:]+)/g)].map(([, name]) => name!);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  },
);
