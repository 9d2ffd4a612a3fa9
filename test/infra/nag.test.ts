import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, test } from 'vitest';
import { synthesize } from '#test/infra/synthesize.ts';

describe.each([{ stage: 'dev' }, { stage: 'prod' }, { stage: 'prod', alarmEmail: 'ops@example.com' }])(
  'with %j',
  (context) => {
    const { stack } = synthesize(context);
    const acknowledged = stack.node
      .findAll()
      .flatMap(({ node }) => node.metadata)
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.entries(data as Record<string, string>))
      .map(([id, reason]) => ({ rule: id.replace(/^annotation::/i, ''), reason }));

    test('AWS Solutions rules hold', () => {
      expect(new AwsSolutionsChecks().validateScope(stack).violations).toEqual([]);
    });

    test('every acknowledged rule has a reason in a full sentence', () => {
      for (const { reason } of acknowledged) expect(reason).toMatch(/^[A-Z].{60,}\.$/);
    });

    test('no rule is acknowledged that holds anyway', () => {
      const deaf = new AwsSolutionsChecks();
      Object.assign(deaf, { isAcknowledged: () => false });
      const broken = deaf.validateScope(stack).violations.map(({ ruleName }) => ruleName);
      expect(new Set(acknowledged.map(({ rule }) => rule))).toEqual(new Set(broken));
    });
  },
);
