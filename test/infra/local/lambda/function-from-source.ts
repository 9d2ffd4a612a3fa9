import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { type LocalFunction, loadFunction } from '#infra/local/lambda/functions.ts';

/** Loads functions from the text of their modules; their files go when the tests are over. */
export function functionsFromSource() {
  const dirs: string[] = [];
  afterAll(() => {
    for (const dir of dirs) rmSync(dir, { recursive: true });
  });
  return (
    source: string,
    properties: { Timeout?: number; variables?: Record<string, string>; name?: string } = {},
  ): Promise<LocalFunction> => {
    const dir = mkdtempSync(join(tmpdir(), 'zhiqun-fn-'));
    dirs.push(dir);
    writeFileSync(join(dir, 'index.mjs'), source);
    const { variables = {}, name = 'probe', ...rest } = properties;
    const given = { Handler: 'index.handler', Environment: { Variables: variables }, ...rest };
    return loadFunction(name, buildArn(name), dir, given, { DYNAMODB_ENDPOINT: 'http://engine' });
  };
}

export const buildArn = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`;
