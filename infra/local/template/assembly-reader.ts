import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One resource as CloudFormation's JSON has it; properties still hold intrinsic functions. */
export type TemplateResource = {
  Type: string;
  Properties?: Record<string, unknown>;
  Condition?: string;
};

/** The parts of a CloudFormation template that deploying needs. */
export type Template = {
  Resources: Record<string, TemplateResource>;
  Parameters?: Record<string, { Default?: unknown }>;
  Conditions?: Record<string, unknown>;
  Mappings?: Record<string, Record<string, Record<string, unknown>>>;
  Outputs?: Record<string, { Value: unknown }>;
};

/** A synthesized CDK app: its one stack, and where the files lie that the template names by S3 key. */
export type Assembly = {
  template: Template;
  stackName: string;
  /** Directory (or file) of the asset that the template calls by this S3 object key. */
  assetAt(objectKey: string): string;
};

type Manifest = {
  artifacts: Record<
    string,
    { type: string; properties: { templateFile?: string; file?: string; stackName?: string } }
  >;
};
type AssetManifest = {
  files: Record<string, { source: { path: string }; destinations: Record<string, { objectKey: string }> }>;
};

/**
 * Reads the cloud assembly that `cdk synth` wrote.
 * @throws Error if there is not exactly one stack, or (from `assetAt`) if the template names an asset that is not there
 */
export function readAssembly(dir: string): Assembly {
  const read = <T>(file: string): T => JSON.parse(readFileSync(join(dir, file), 'utf8')) as T;
  const artifacts = Object.values(read<Manifest>('manifest.json').artifacts);
  const stacks = artifacts.filter(({ type }) => type === 'aws:cloudformation:stack');
  const [stack] = stacks;
  if (!stack?.properties.templateFile || stacks.length > 1)
    throw new Error(`${dir} holds ${stacks.length} stacks; the local target deploys exactly one`);

  const assets = new Map<string, string>();
  for (const { type, properties } of artifacts) {
    if (type !== 'cdk:asset-manifest' || !properties.file) continue;
    for (const { source, destinations } of Object.values(read<AssetManifest>(properties.file).files))
      for (const { objectKey } of Object.values(destinations)) assets.set(objectKey, join(dir, source.path));
  }
  return {
    template: read<Template>(stack.properties.templateFile),
    stackName: stack.properties.stackName ?? 'zhiqun',
    assetAt: (objectKey) => {
      const path = assets.get(objectKey);
      if (!path) throw new Error(`The template names the asset ${objectKey}, which is not in ${dir}`);
      return path;
    },
  };
}
