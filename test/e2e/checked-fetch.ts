import { answerChecker, type CheckAnswer, type OpenApi } from '#test/lib/http/conformance.ts';

const checkers = new Map<string, Promise<CheckAnswer>>();

/** Fetches from a running stack; an answer that is not as the stack's own OpenAPI document says is an error. */
export async function checkedFetch(url: URL | string, init: RequestInit = {}): Promise<Response> {
  const { origin } = new URL(url);
  const checker = checkers.get(origin) ?? loadChecker(origin);
  checkers.set(origin, checker);
  const response = await fetch(url, init);
  await (await checker)(init.method ?? 'GET', String(url), response);
  return response;
}

async function loadChecker(origin: string): Promise<CheckAnswer> {
  const response = await fetch(`${origin}/v1/openapi.json`);
  return answerChecker((await response.json()) as OpenApi);
}
