import type { IncomingHttpHeaders } from 'node:http';

/** A rule of a bucket's CorsConfiguration. */
export type CorsRule = {
  AllowedMethods: string[];
  AllowedOrigins: string[];
  AllowedHeaders?: string[];
  ExposedHeaders?: string[];
  MaxAge?: number;
};

/** Headers to answer with; with a status there is nothing else to answer. */
export type CorsAnswer = { status?: 200 | 403; headers: Record<string, string> };

/**
 * What S3 adds to an answer for a page of another origin, and its whole answer to a preflight request.
 * @param url with the bucket first in its path
 * @param rulesOf rules of a bucket; undefined if it has none
 * @returns undefined if S3 would say nothing of it
 */
export function evaluateCors(
  method: string,
  url: string,
  headers: IncomingHttpHeaders,
  rulesOf: (bucket: string) => readonly CorsRule[] | undefined,
): CorsAnswer | undefined {
  const { origin } = headers;
  const rules = rulesOf(/^\/([^/?]+)/.exec(url)?.[1] ?? '');
  if (origin === undefined || rules === undefined) return undefined;
  const isPreflight = method === 'OPTIONS';
  const wanted = isPreflight ? (headers['access-control-request-method'] ?? '') : method;
  const rule = rules.find(
    (one) =>
      one.AllowedMethods.includes(wanted) &&
      one.AllowedOrigins.some((given) => matchesPattern(given, origin)),
  );
  if (!rule) return isPreflight ? { status: 403, headers: {} } : undefined;
  const answer: Record<string, string> = {
    'access-control-allow-origin': rule.AllowedOrigins.includes('*') ? '*' : origin,
    'access-control-allow-methods': rule.AllowedMethods.join(', '),
    vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
  };
  if (rule.ExposedHeaders) answer['access-control-expose-headers'] = rule.ExposedHeaders.join(', ');
  if (!isPreflight) return { headers: answer };
  const asked = headers['access-control-request-headers'];
  if (asked !== undefined) {
    const allowed = (name: string) =>
      rule.AllowedHeaders?.some((given) => matchesPattern(given, name)) ?? false;
    if (!asked.split(',').every((name) => allowed(name.trim()))) return { status: 403, headers: {} };
    answer['access-control-allow-headers'] = asked;
  }
  if (rule.MaxAge !== undefined) answer['access-control-max-age'] = String(rule.MaxAge);
  return { status: 200, headers: answer };
}

/** Whether a text is what a rule allows, where one `*` stands for anything. */
function matchesPattern(allowed: string, text: string): boolean {
  const [before = '', after] = allowed.toLowerCase().split('*');
  const given = text.toLowerCase();
  if (after === undefined) return given === before;
  return given.length >= before.length + after.length && given.startsWith(before) && given.endsWith(after);
}
