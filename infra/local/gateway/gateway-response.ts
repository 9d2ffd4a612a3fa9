/** What goes back to the client. */
export type GatewayResponse = { status: number; headers: [name: string, value: string][]; body: Buffer };

/** An answer of the gateway's own. */
export function buildGatewayMessage(status: number, message: string): GatewayResponse {
  const body = Buffer.from(JSON.stringify({ message }));
  return { status, headers: [['content-type', 'application/json']], body };
}

/**
 * Translates a function's answer as HTTP APIs do (payload format 2.0): with a `statusCode` it is taken as it says,
 * anything else is the JSON body of a 200. An answer that makes no sense becomes a 500.
 */
export function toGatewayResponse(answer: unknown): GatewayResponse {
  if (typeof answer !== 'object' || answer === null || !('statusCode' in answer)) {
    if (answer === null || answer === undefined) return buildGatewayMessage(500, 'Internal Server Error');
    const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
    return { status: 200, headers: [['content-type', 'application/json']], body: Buffer.from(text) };
  }
  const { statusCode, headers, cookies, body, isBase64Encoded } = answer as Record<string, unknown>;
  const status = Number(statusCode);
  const text = body ?? '';
  if (!Number.isInteger(status) || status < 100 || status > 599 || typeof text !== 'string')
    return buildGatewayMessage(500, 'Internal Server Error');
  const named = Object.entries((headers ?? {}) as Record<string, unknown>).map(
    ([name, value]): [string, string] => [name.toLowerCase(), String(value)],
  );
  if (!named.some(([name]) => name === 'content-type') && text !== '')
    named.push(['content-type', 'text/plain;charset=UTF-8']);
  for (const cookie of (cookies ?? []) as string[]) named.push(['set-cookie', cookie]);
  return { status, headers: named, body: Buffer.from(text, isBase64Encoded ? 'base64' : 'utf8') };
}
