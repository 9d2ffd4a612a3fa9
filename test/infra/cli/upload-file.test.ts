import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from 'vitest';
import { uploadFile } from '#infra/cli/upload-file.ts';
import type { UploadTicket } from '#lib/imports/jobs/upload-ticket.ts';

let close: (() => void) | undefined;
afterEach(() => close?.());

/** Something that takes parts like S3, and may refuse before. Tells what it took, by path. */
async function receiver(
  refuse: (path: string, attempt: number, response: ServerResponse) => boolean = () => false,
) {
  const taken = new Map<string, Buffer>();
  const attempts = new Map<string, number>();
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const path = request.url ?? '';
    const attempt = (attempts.get(path) ?? 0) + 1;
    attempts.set(path, attempt);
    const body = await buffer(request);
    if (refuse(path, attempt, response)) return;
    taken.set(path, body);
    response.setHeader('etag', `"${path.slice(1)}"`).end();
  };
  const server = createServer((request, response) => void handle(request, response).catch(() => {}));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  close = () => {
    server.closeAllConnections();
    server.close();
  };
  const { port } = server.address() as AddressInfo;
  const uploadUrl = (path: string) => `http://127.0.0.1:${port}/${path}`;
  /** @param prefix of the paths of its parts */
  const ticket = (parts: number, partSize: number, size: number, prefix = '') => ({
    importId: 'imp_1',
    partSize,
    parts: Array.from({ length: parts }, (_, i) => ({
      partNumber: i + 1,
      from: i * partSize,
      to: Math.min(size, (i + 1) * partSize),
      uploadUrl: uploadUrl(`${prefix}${i + 1}`),
    })),
  });
  return { taken, attempts, uploadUrl, ticket };
}

const noRenewal = async (): Promise<UploadTicket> => {
  throw new Error('not expected');
};
/** Uploads the file below. */
const upload = (ticket: UploadTicket, { renew = noRenewal, onProgress = (_: number): void => {} } = {}) =>
  uploadFile({ file, ticket, renew, onProgress });

const file = new Blob([Buffer.from(Array.from({ length: 95 }, (_, i) => i))]);

test('every byte arrives once, in the part it belongs to', async () => {
  const { taken, ticket } = await receiver();
  const seen: number[] = [];
  const parts = await upload(ticket(10, 10, 95), { onProgress: (bytes) => seen.push(bytes) });
  expect(parts).toEqual(Array.from({ length: 10 }, (_, i) => ({ partNumber: i + 1, etag: `"${i + 1}"` })));
  const whole = Buffer.concat(parts.map(({ partNumber }) => taken.get(`/${partNumber}`) ?? Buffer.alloc(0)));
  expect(whole.equals(Buffer.from(await file.arrayBuffer()))).toBe(true);
  expect(seen.at(-1)).toBe(95);
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
});

test('a file in one piece has no parts to put together', async () => {
  const { taken, uploadUrl } = await receiver();
  expect(await upload({ importId: 'imp_1', uploadUrl: uploadUrl('whole') })).toEqual([]);
  expect(taken.get('/whole')).toHaveLength(95);
});

test('a part that fails goes up again', async () => {
  const { taken, attempts, ticket } = await receiver((path, attempt, response) => {
    if (attempt > 1) return false;
    if (path === '/1') response.writeHead(503).end('<Error><Message>Slow down</Message></Error>');
    else if (path === '/2') response.destroy();
    else return false;
    return true;
  });
  await upload(ticket(3, 40, 95));
  expect([...taken.keys()].sort()).toEqual(['/1', '/2', '/3']);
  expect(Object.fromEntries(attempts)).toEqual({ '/1': 2, '/2': 2, '/3': 1 });
});

test('a refusal ends the upload at once and says what S3 answered', async () => {
  const { attempts, ticket } = await receiver((path, _, response) => {
    if (path !== '/2') return false;
    response.writeHead(404).end('<Error><Code>NoSuchUpload</Code><Message>It is gone</Message></Error>');
    return true;
  });
  await expect(upload(ticket(95, 1, 95))).rejects.toThrow('The upload failed. S3 answered 404: It is gone');
  expect(attempts.get('/2')).toBe(1);
  expect(attempts.size).toBeLessThan(95);
});

describe('addresses that have run out', () => {
  const expired = (response: ServerResponse) =>
    response
      .writeHead(403)
      .end('<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>');

  test('are renewed once for all parts, and what is up stays up', async () => {
    const { taken, attempts, ticket } = await receiver((path, _, response) => {
      if (path.startsWith('/fresh-') || path === '/1') return false;
      return expired(response) !== undefined;
    });
    let renewals = 0;
    const renew = async () => {
      renewals += 1;
      return ticket(10, 10, 95, 'fresh-');
    };
    const parts = await upload(ticket(10, 10, 95), { renew });
    expect(renewals).toBe(1);
    expect(parts.map(({ etag }) => etag)).toEqual([
      '"1"',
      ...Array.from({ length: 9 }, (_, i) => `"fresh-${i + 2}"`),
    ]);
    const whole = Buffer.concat(
      parts.map(({ etag }) => taken.get(`/${etag.slice(1, -1)}`) ?? Buffer.alloc(0)),
    );
    expect(whole.equals(Buffer.from(await file.arrayBuffer()))).toBe(true);
    // Those that were under way found out by themselves; all later ones began with a fresh address.
    expect([...attempts.keys()].filter((path) => !path.startsWith('/fresh-')).length).toBeLessThanOrEqual(5);
  });

  test('are renewed as well when the credentials that signed them ended', async () => {
    const { taken, uploadUrl } = await receiver((path, _, response) => {
      if (path !== '/old') return false;
      response.writeHead(400).end('<Error><Code>ExpiredToken</Code><Message>Token expired</Message></Error>');
      return true;
    });
    const renew = async () => ({ importId: 'imp_1', uploadUrl: uploadUrl('fresh') });
    expect(await upload({ importId: 'imp_1', uploadUrl: uploadUrl('old') }, { renew })).toEqual([]);
    expect(taken.get('/fresh')).toHaveLength(95);
  });

  test('end the upload when the fresh one is refused too', async () => {
    const { attempts, ticket } = await receiver((path, _, response) => {
      if (path !== '/2' && path !== '/fresh-2') return false;
      return expired(response) !== undefined;
    });
    const renew = async () => ticket(95, 1, 95, 'fresh-');
    await expect(upload(ticket(95, 1, 95), { renew })).rejects.toThrow(
      'The upload failed. S3 answered 403: Request has expired',
    );
    expect([attempts.get('/2'), attempts.get('/fresh-2')]).toEqual([1, 1]);
    expect(attempts.size).toBeLessThan(95);
  });

  test('end the upload when there are no fresh ones, and both reasons are printed', async () => {
    const { ticket } = await receiver((_, __, response) => expired(response) !== undefined);
    const renew = async () => {
      throw new Error('This upload was given up.');
    };
    await expect(upload(ticket(10, 10, 95), { renew })).rejects.toThrow(
      'S3 answered 403: Request has expired. There is no fresh address: This upload was given up.',
    );
  });
});
