import { describe, expect, test } from 'vitest';
import { synthesize } from '#test/infra/synthesize.ts';

const prod = synthesize({ stage: 'prod' });
const dev = synthesize();
const stored = ['AWS::DynamoDB::Table', 'AWS::S3::Bucket'];

test('what is stored survives the deletion of the production stack', () => {
  for (const { id, DeletionPolicy } of stored.flatMap(prod.all))
    expect([id, DeletionPolicy]).toEqual([id, 'Retain']);
});

test('production tables refuse to be deleted', () => {
  for (const { Properties } of prod.all('AWS::DynamoDB::Table'))
    expect(Properties['DeletionProtectionEnabled']).toBe(true);
});

test('the production stack refuses to be deleted, a dev stack does not', () => {
  expect(prod.stack.terminationProtection).toBe(true);
  expect(dev.stack.terminationProtection).toBe(false);
});

test('a dev stack leaves nothing behind', () => {
  for (const { id, DeletionPolicy } of stored.flatMap(dev.all))
    expect([id, DeletionPolicy]).toEqual([id, 'Delete']);
});

describe.each([
  ['prod', prod],
  ['dev', dev],
] as const)('in %s', (_stage, { all, one }) => {
  test('tables cost nothing idle, are encrypted, and can be restored to any second', () => {
    expect(all('AWS::DynamoDB::Table')).toHaveLength(4);
    for (const { Properties } of all('AWS::DynamoDB::Table'))
      expect(Properties).toMatchObject({
        BillingMode: 'PAY_PER_REQUEST',
        SSESpecification: { SSEEnabled: true },
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      });
  });

  test('tables have the keys that the code uses', () => {
    const keys = ['Events', 'Members', 'Rewards', 'Control'].map((name) =>
      one('AWS::DynamoDB::Table', `Storage${name}`).Properties['KeySchema'].map(
        (key: { AttributeName: string; KeyType: string }) => `${key.AttributeName} ${key.KeyType}`,
      ),
    );
    const byMember = ['userId HASH', 'sk RANGE'];
    expect(keys).toEqual([byMember, byMember, byMember, ['pk HASH', 'sk RANGE']]);
  });

  test('the log streams both images of a change, and its events expire', () => {
    expect(one('AWS::DynamoDB::Table', 'StorageEvents').Properties).toMatchObject({
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    });
  });

  test('no bucket can be read by the public, or without TLS', () => {
    const buckets = all('AWS::S3::Bucket');
    expect(buckets).toHaveLength(2);
    for (const { id, Properties } of buckets) {
      expect(Object.values(Properties['PublicAccessBlockConfiguration'])).toEqual([true, true, true, true]);
      const policy = all('AWS::S3::BucketPolicy').find(({ Properties: { Bucket } }) => Bucket.Ref === id);
      expect(policy?.Properties['PolicyDocument'].Statement).toContainEqual(
        expect.objectContaining({
          Effect: 'Deny',
          Principal: { AWS: '*' },
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
      );
    }
  });

  test('files to import, and what was refused of them, go after 90 days; half an upload goes after two', () => {
    const { Rules } = one('AWS::S3::Bucket', 'StorageImports').Properties['LifecycleConfiguration'];
    for (const Prefix of ['imports/', 'rejected/'])
      expect(Rules).toContainEqual({ Prefix, ExpirationInDays: 90, Status: 'Enabled' });
    expect(Rules).toContainEqual({
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 2 },
      Status: 'Enabled',
    });
  });

  test('what a nightly run stages goes after 30 days; what it publishes stays', () => {
    const { Rules } = one('AWS::S3::Bucket', 'StorageData').Properties['LifecycleConfiguration'];
    const expiring = Rules.filter((rule: object) => 'ExpirationInDays' in rule);
    expect(expiring).toEqual([{ Prefix: 'runs/', ExpirationInDays: 30, Status: 'Enabled' }]);
  });

  test('pages of any origin may upload with a presigned URL, and do nothing else', () => {
    const withCors = all('AWS::S3::Bucket').filter(({ Properties }) => Properties['CorsConfiguration']);
    expect(withCors).toEqual([one('AWS::S3::Bucket', 'StorageImports')]);
    expect(withCors[0]?.Properties['CorsConfiguration'].CorsRules).toEqual([
      expect.objectContaining({ AllowedMethods: ['PUT'], AllowedOrigins: ['*'], ExposedHeaders: ['ETag'] }),
    ]);
  });

  test('objects are encrypted and versioned, and old versions go after a while', () => {
    for (const { Properties } of all('AWS::S3::Bucket')) {
      expect(Properties['VersioningConfiguration']).toEqual({ Status: 'Enabled' });
      expect(Properties['BucketEncryption']).toBeDefined();
      expect(Properties['LifecycleConfiguration'].Rules).toContainEqual(
        expect.objectContaining({ Status: 'Enabled', NoncurrentVersionExpiration: { NoncurrentDays: 30 } }),
      );
    }
  });
});
