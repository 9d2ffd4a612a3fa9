/** Environment variables as a function gets them. */
export type Env = Readonly<Record<string, string | undefined>>;

/** @throws Error naming the variable when it is not set */
export function required(env: Env, name: string): string {
  const value = env[name];
  if (value === undefined || value === '') throw new Error(`environment variable ${name} is not set`);
  return value;
}

/** A whole number of at least 1. @throws Error naming the variable when it is none */
export function wholeNumber(env: Env, name: string, otherwise: number): number {
  const text = env[name];
  if (text === undefined || text === '') return otherwise;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`${name} must be a whole number, not "${text}"`);
  return value;
}
