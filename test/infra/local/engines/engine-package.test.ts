import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { enginePackage } from '#infra/local/engines/engine-package.ts';
import {
  notInstalled,
  type PackageFailure,
  readFailure,
} from '#infra/local/engines/engine-package-failure.ts';

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
  packages: Record<string, { version: string }>;
};

test('a platform’s engine is the package that its makers publish, in the version of the lock file', () => {
  const { version } = lock.packages['node_modules/@dynoxide/linux-x64']!;
  const expected = { version, file: 'dynoxide' };
  expect(enginePackage('darwin', 'arm64')).toEqual({ ...expected, name: '@dynoxide/darwin-arm64' });
  expect(enginePackage('darwin', 'x64')).toEqual({ ...expected, name: '@dynoxide/darwin-x64' });
  expect(enginePackage('linux', 'arm64')).toEqual({ ...expected, name: '@dynoxide/linux-arm64' });
  expect(enginePackage('linux', 'x64')).toEqual({ ...expected, name: '@dynoxide/linux-x64' });
  expect(enginePackage('win32', 'x64')).toEqual({
    version,
    file: 'dynoxide.exe',
    name: '@dynoxide/win32-x64',
  });
  expect(enginePackage('win32', 'arm64')).toBeUndefined();
  expect(enginePackage('freebsd', 'x64')).toBeUndefined();
});

const wanted = { platform: 'darwin', arch: 'arm64', spec: '@dynoxide/darwin-arm64@1.2.1', dir: '/somewhere' };
const codes: PackageFailure['code'][] = ['no package', 'no npm', 'no file', 'not writable'];
codes.push('E404', 'ETARGET', 'EINTEGRITY', 'ENOTFOUND', 'ECONNREFUSED', 'EACCES', 'ENOSPC', 'E500', '');

test.each(codes)('why there is no engine (%s) is one sentence for users of any system', (code) => {
  for (const platform of ['darwin', 'linux', 'win32', 'aix']) {
    const { message } = notInstalled({ code, words: 'what npm said' }, { ...wanted, platform });
    expect(message).toMatch(/^[A-Zn][^\n]* DynamoDB engine for [^\n]*: [^\n]*[^.]\.$/);
    expect(message).toContain('set the environment variable DYNAMODB_ENDPOINT to its address');
    expect(message).not.toMatch(/sudo|apt|chmod|chown|export |glibc|musl|\$|undefined/);
    expect(message).not.toMatch(/\. [A-Z]/);
  }
});

test('a platform without a package is reported by the name people know', () => {
  const message = (platform: string, arch: string) =>
    notInstalled({ code: 'no package' }, { platform, arch }).message;
  expect(message('win32', 'arm64')).toMatch(
    /^There is no DynamoDB engine for Windows on arm64: run this in WSL, the Windows Subsystem for Linux, or start/,
  );
  expect(message('freebsd', 'x64')).toMatch(/^There is no DynamoDB engine for freebsd on x64: start another/);
});

test('npm’s reason is its summary, or the first line of what it said', () => {
  const summary = 'Not Found - GET http://registry/x.\nmore';
  expect(readFailure(JSON.stringify({ error: { code: 'E404', summary } }), '')).toEqual({
    code: 'E404',
    words: 'Not Found - GET http://registry/x',
  });
  expect(readFailure('', 'node: bad option\nmore')).toEqual({ code: '', words: 'node: bad option' });
  expect(readFailure('', '')).toEqual({ code: '', words: '' });
});
