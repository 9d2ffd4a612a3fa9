import { gunzipSync } from 'node:zlib';
import { isObject } from '#lib/platform/json.ts';
import { type Rejected, rejected } from './outcome.ts';
import { parseCall, type RejectionCode } from './parse-call.ts';
import type { EventType, StoredEvent } from './stored-event.ts';
import { parseTimestamp } from './timestamp.ts';

const MAX_BODY_BYTES = 500 * 1024;
const MAX_EVENTS = 2_500;

type Json = Record<string, unknown>;

/** A request of which nothing can be stored. */
export class RejectedRequest extends Error {
  readonly code: 'invalid_gzip' | 'invalid_json' | 'body_too_large' | 'batch_invalid' | 'too_many_events';

  constructor(code: RejectedRequest['code'], message: string) {
    super(`${message}; nothing of this request was stored`);
    this.code = code;
  }
}

const tooLarge = (): RejectedRequest =>
  new RejectedRequest('body_too_large', `the body is over the limit of ${MAX_BODY_BYTES} bytes (500 KB)`);

/**
 * The JSON object in a request's body, whatever its content type says.
 * @param body as it arrived; as text when it is known not to be packed
 * @param encoding `Content-Encoding`; gzip is also recognised by its first bytes
 * @throws RejectedRequest when it is too large, no gzip or no JSON object
 */
export function parseRequestBody(body: Uint8Array | string, encoding: string | undefined): Json {
  const size = typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength;
  if (size > MAX_BODY_BYTES) throw tooLarge();
  let json: unknown;
  const text = typeof body === 'string' ? body : decodeBody(body, encoding);
  try {
    json = JSON.parse(text.trimStart());
  } catch {
    throw new RejectedRequest('invalid_json', 'the body is not valid JSON');
  }
  if (!isObject(json)) throw new RejectedRequest('invalid_json', 'the body must be a JSON object');
  return json;
}

function decodeBody(body: Uint8Array, encoding: string | undefined): string {
  const packed = (encoding ?? '').toLowerCase().includes('gzip') || (body[0] === 0x1f && body[1] === 0x8b);
  const bytes = packed ? unzip(body) : body;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
}

function unzip(body: Uint8Array): Uint8Array {
  try {
    return gunzipSync(body, { maxOutputLength: MAX_BODY_BYTES });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge();
    throw new RejectedRequest('invalid_gzip', 'the body says gzip but cannot be unpacked');
  }
}

interface RejectedCall {
  index: number;
  messageId?: string;
  code: RejectionCode;
  message: string;
}

/** What became of a request's calls: events with distinct keys to store, and every call that was refused. */
export interface ParsedCalls {
  events: StoredEvent[];
  rejected: RejectedCall[];
  /** accepted events whose repetition would not be recognised */
  undeduplicated: number;
}

/**
 * Reads the calls of a request.
 * @param type the type that the route fixes, or `batch`
 * @param now milliseconds since 1970
 * @throws RejectedRequest when the batch as a whole is not acceptable
 */
export function parseCalls(
  body: Json,
  type: EventType | 'batch',
  context: { now: number; retentionDays: number; randomId: () => string },
): ParsedCalls {
  const calls = type === 'batch' ? parseBatch(body) : [body];
  const reception = {
    receivedAt: context.now,
    receivedIso: new Date(context.now).toISOString(),
    sentAt: parseTimestamp(body['sentAt']),
    context: type === 'batch' && isObject(body['context']) ? body['context'] : undefined,
    integrations: type === 'batch' && isObject(body['integrations']) ? body['integrations'] : undefined,
    expiresAt: Math.floor(context.now / 1000) + context.retentionDays * 86_400,
    randomId: context.randomId,
  };
  // DynamoDB refuses a write that names a key twice; the later sending is the one that stands.
  const events = new Map<string, StoredEvent>();
  const rejectedCalls: RejectedCall[] = [];
  let undeduplicated = 0;
  for (const [index, call] of calls.entries()) {
    const parsed = isObject(call)
      ? parseCall(call, type === 'batch' ? call['type'] : type, reception)
      : rejected('type_unknown', 'a call must be a JSON object');
    if (parsed.outcome === 'rejected') {
      rejectedCalls.push(toRejectedCall(index, call, parsed));
      continue;
    }
    events.set(`${parsed.stored.userId}\n${parsed.stored.sk}`, parsed.stored);
    if (!parsed.deduplicated) undeduplicated += 1;
  }
  return { events: [...events.values()], rejected: rejectedCalls, undeduplicated };
}

function parseBatch(body: Json): readonly unknown[] {
  const batch = body['batch'];
  if (!Array.isArray(batch)) throw new RejectedRequest('batch_invalid', 'batch must be an array of calls');
  if (batch.length > MAX_EVENTS) {
    throw new RejectedRequest('too_many_events', `the batch is over the limit of ${MAX_EVENTS} events`);
  }
  return batch;
}

function toRejectedCall(
  index: number,
  call: unknown,
  { code, message }: Rejected<RejectionCode>,
): RejectedCall {
  const messageId = isObject(call) ? call['messageId'] : undefined;
  return typeof messageId === 'string' ? { index, messageId, code, message } : { index, code, message };
}
