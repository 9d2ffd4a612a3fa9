import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { EnginePackage } from '#infra/local/engines/engine-package.ts';

/** An npm registry on a loopback port, with what it was asked. */
export type NpmRegistry = {
  url: string;
  asked: string[];
  /**
   * Publishes an engine's package.
   * @param executable what its executable holds
   * @param announced what the registry says the package is, if that is not what it sends
   */
  publish(wanted: EnginePackage, executable: string | Buffer, announced?: string): void;
  /** What npm needs in its environment to ask this registry, and to keep nothing for later. */
  env: NodeJS.ProcessEnv;
  stop(): Promise<void>;
};

/** @param dir an empty folder for what it makes */
export async function startNpmRegistry(dir: string): Promise<NpmRegistry> {
  const answers = new Map<string, Buffer | string>();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url!);
    asked.push(path);
    const answer = answers.get(path);
    response.writeHead(answer === undefined ? 404 : 200).end(answer ?? '{"error":"Not found"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const outer = Object.entries(process.env).filter(([name]) => !/^npm_config_/i.test(name));
  return {
    url,
    asked,
    publish({ name, version, file }, executable, announced) {
      const folder = join(mkdtempSync(join(dir, 'package-')), 'package');
      const [os, cpu] = name.split('/')[1]!.split('-') as [string, string];
      const described = { name, version, os: [os], cpu: [cpu] };
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'package.json'), JSON.stringify(described));
      writeFileSync(join(folder, file), executable, { mode: 0o755 });
      execFileSync('tar', ['-czf', 'package.tgz', 'package'], { cwd: join(folder, '..') });
      const tarball = readFileSync(join(folder, '..', 'package.tgz'));
      const integrity = `sha512-${createHash('sha512')
        .update(announced ?? tarball)
        .digest('base64')}`;
      const path = `/${name}/-/${version}.tgz`;
      const versions = { [version]: { ...described, dist: { tarball: `${url}${path}`, integrity } } };
      answers.set(path, tarball);
      answers.set(`/${name}`, JSON.stringify({ name, 'dist-tags': { latest: version }, versions }));
    },
    env: {
      ...Object.fromEntries(outer),
      npm_config_registry: url,
      npm_config_cache: join(dir, 'cache'),
      npm_config_userconfig: join(dir, 'npmrc'),
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
