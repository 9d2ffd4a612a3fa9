import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { eventWriter } from '#lib/events/events-table.ts';
import { importFiles } from '#lib/imports/jobs/import-files-bucket.ts';
import { handleImportMessage } from '#lib/imports/jobs/import-job.ts';
import { importService } from '#lib/imports/jobs/import-service.ts';
import { importJobs, importRuns } from '#lib/imports/jobs/imports-table.ts';

import { uploadsBucket } from '#lib/imports/jobs/uploads-bucket.ts';
import { resolveMapping, sources } from '#lib/imports/presets/sources-table.ts';
import { faultyProxy } from '#test/e2e/faulty-proxy.ts';
import { createClient, createTables, startEngine } from '#test/engines/dynamodb.ts';
import { startBucket } from '#test/engines/s3.ts';
import { apiFixture } from '#test/lib/http/api-fixture.ts';

/**
 * The API over HTTP, on real engines, with every answer checked against its document. A file is imported when its
 * import is asked for the second time, so that a caller sees it queued first. Addresses run out as they do at S3.
 */
export async function startImportStack() {
  const [engine, objects] = await Promise.all([startEngine(), startBucket()]);
  const client = createClient(engine.endpoint);
  const tables = await createTables(client);
  const { bucket } = objects;
  const clock = { aheadMs: 0 };
  const now = () => Date.now() + clock.aheadMs;
  const s3 = await faultyProxy(objects.endpoint);
  s3.treat = ({ url = '' }) =>
    hasExpired(new URL(url, s3.url), now())
      ? {
          answer: 403,
          body: '<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>',
        }
      : 'pass';
  const runs = importRuns(client, tables.control);
  const kept = sources(client, tables.control, Date.now);
  const { answer, findKey } = apiFixture({
    imports: importService({
      jobs: importJobs(client, tables.control),
      uploads: uploadsBucket({ ...objects.env, S3_ENDPOINT: s3.url }, now),
      now,
      randomBytes,
    }),
    sources: kept,
  });

  async function runImport(importId: string): Promise<void> {
    const record = await runs.find(importId);
    if (record === undefined) return;
    await handleImportMessage({ ...record, kind: 'object' }, 1, {
      runs,
      filesOf: ({ key, importId }) => importFiles(objects.client, { bucket, key, importId }),
      mappingOf: (source, name) => resolveMapping(client, tables.control, source, name),
      events: eventWriter(client, tables.events),
      lateAmong: async () => 0,
      handOver: async () => {},
      isOutOfTime: () => false,
      now: Date.now,
      timeZone: 'Asia/Shanghai',
      retentionDays: 400,
    });
  }

  const requests: string[] = [];
  const asked = new Set<string>();
  const server = createServer(async (request, response) => {
    const { method = 'GET', url = '/' } = request;
    requests.push(`${method} ${url}`);
    const importId = method === 'GET' ? /^\/v1\/imports\/(\w+)$/.exec(url)?.[1] : undefined;
    if (importId !== undefined && asked.has(importId)) await runImport(importId);
    if (importId !== undefined) asked.add(importId);
    const headers = new Headers();
    for (const name of ['authorization', 'content-type'] as const)
      if (request.headers[name] !== undefined) headers.set(name, request.headers[name]);
    const body = await buffer(request);
    const reply = await answer(
      new Request(`http://localhost${url}`, {
        method,
        headers,
        ...(body.length > 0 && { body: new Uint8Array(body) }),
      }),
    );
    response.writeHead(reply.status, Object.fromEntries(reply.headers)).end(await reply.text());
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    api: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    findKey,
    sources: kept,
    /** of the API and of S3; put ahead, it is later than the caller thinks */
    clock,
    s3,
    /** `METHOD /path` of everything that was asked so far */
    requests,
    async stop() {
      server.closeAllConnections();
      server.close();
      client.destroy();
      await s3.close();
      await engine.stop();
      await objects.stop();
    },
  };
}

/** @param now milliseconds since 1970 */
function hasExpired({ searchParams }: URL, now: number): boolean {
  const signed = searchParams.get('X-Amz-Date')?.replace(/^(....)(..)(..T..)(..)/, '$1-$2-$3:$4:');
  return signed !== undefined && Date.parse(signed) + Number(searchParams.get('X-Amz-Expires')) * 1_000 < now;
}
