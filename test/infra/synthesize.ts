import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { readSettings } from '#infra/base/settings.ts';
import { type Bundles, functionNames } from '#infra/bundling/bundling.ts';
import { ZhiqunStack } from '#infra/stack.ts';
import cdkJson from '../../cdk.json' with { type: 'json' };

// biome-ignore lint/suspicious/noExplicitAny: a template is loose JSON, and each test reads another corner of it
type Properties = Record<string, any>;
export type Resource = {
  id: string;
  Type: string;
  Properties: Properties;
  DeletionPolicy?: string;
  DependsOn?: string[];
};

/**
 * The stack and its template with these context values. Functions get an empty bundle: nothing here looks inside.
 * @param context as `cdk synth -c key=value` would give it
 */
export function synthesize(context: Record<string, unknown> = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'zhiqun-infra-test-'));
  try {
    const bundle = join(dir, 'bundle');
    mkdirSync(bundle);
    writeFileSync(join(bundle, 'index.mjs'), '');
    const app = new App({
      outdir: join(dir, 'cdk.out'),
      analyticsReporting: false,
      context: { ...cdkJson.context, ...context },
    });
    const stack = new ZhiqunStack(app, 'Zhiqun', {
      settings: readSettings(app.node),
      bundles: Object.fromEntries(functionNames.map((name) => [name, bundle])) as Bundles,
    });
    const template = Template.fromStack(stack).toJSON() as {
      Resources: Record<string, Omit<Resource, 'id'>>;
      Outputs: Record<string, { Value: unknown }>;
    };
    const resources = Object.entries(template.Resources).map(
      ([id, resource]): Resource => ({ id, ...resource }),
    );
    return {
      stack,
      template,
      /** Every resource of a CloudFormation type, e.g. `AWS::SQS::Queue`. */
      all: (type: string) => resources.filter((resource) => resource.Type === type),
      /** The only resource of a type whose logical id begins so. */
      one(type: string, idPrefix = ''): Resource {
        const found = resources.filter(({ Type, id }) => Type === type && id.startsWith(idPrefix));
        if (found.length !== 1)
          throw new Error(`${found.length} resources of ${type} begin with ${idPrefix}`);
        return found[0]!;
      },
    };
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** The logical id that a `Ref` or `Fn::GetAtt` points to. */
export function target(reference: { Ref?: string; 'Fn::GetAtt'?: [string, string] }): string | undefined {
  return reference?.Ref ?? reference?.['Fn::GetAtt']?.[0];
}
