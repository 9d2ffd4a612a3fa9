import { expect, test } from 'vitest';
import { assertKnownTypes, handledTypes, withoutLocalMeaning } from '#infra/local/template/assembly.ts';
import { buildPhysicalName } from '#infra/local/template/identity.ts';

test('a type that the local target does not know is an error that names it, and where to add it', () => {
  const Resources = {
    StorageEvents1AF1C090: { Type: 'AWS::DynamoDB::Table' },
    Search0A1B2C3D: { Type: 'AWS::OpenSearchService::Domain' },
  };
  expect(() => assertKnownTypes({ Resources })).toThrow(
    /does not know AWS::OpenSearchService::Domain \(Search0A1B2C3D\)[\s\S]*infra\/local\/deploy\.ts[\s\S]*template\/assembly\.ts/,
  );
});

test('every type without local meaning says why, and none is also handled', () => {
  for (const [type, reason] of Object.entries(withoutLocalMeaning)) {
    expect(reason.length, type).toBeGreaterThan(10);
    expect(handledTypes).not.toContain(type);
  }
});

test('physical names are the same at every start, and a name in the template wins', () => {
  expect(buildPhysicalName('StorageEvents1AF1C090')).toBe('zhiqun-storage-events');
  expect(buildPhysicalName('Failures8A3E1A2F')).toBe('zhiqun-failures');
  expect(buildPhysicalName('Failures8A3E1A2F', 'mine')).toBe('mine');
});
