import { hash } from 'node:crypto';
import type { ModelKind } from './model-files.ts';

/** A model of a kind before it has its version. */
export type Unversioned<M extends { version: string }> = M extends unknown ? Omit<M, 'version'> : never;

/** The version of a model by its content: `<asOf>-<first 8 hex digits of the SHA-256 of its JSON without version>`. */
export function computeVersion(model: { asOf: string; version?: string }): string {
  const { version: _, ...content } = model;
  return `${model.asOf}-${hash('sha256', JSON.stringify(content), 'hex').slice(0, 8)}`;
}

/** Where a model file is kept. */
export const modelKey = (kind: ModelKind, version: string): string => `models/${kind}/${version}.json`;
