import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Resource types that `deploy.ts` creates. */
export const handledTypes = [
  'AWS::DynamoDB::Table',
  'AWS::S3::Bucket',
  'AWS::SQS::Queue',
  'AWS::SecretsManager::Secret',
  'AWS::Lambda::Function',
  'AWS::Lambda::EventSourceMapping',
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::Stage',
  'AWS::StepFunctions::StateMachine',
  'AWS::Scheduler::Schedule',
] as const;

export type HandledType = (typeof handledTypes)[number];

/** Types that a single machine has no use for, and why. */
export const withoutLocalMeaning: Readonly<Record<string, string>> = {
  'AWS::IAM::Role': 'the engines check no rights',
  'AWS::IAM::Policy': 'the engines check no rights',
  'AWS::IAM::ManagedPolicy': 'the engines check no rights',
  'AWS::Lambda::Permission': 'everything here may invoke every function',
  'AWS::S3::BucketPolicy': 'the engines check no rights and listen on the loopback only',
  'AWS::SQS::QueuePolicy': 'the engines check no rights and listen on the loopback only',
  'AWS::SNS::Topic': 'carries alarms only',
  'AWS::SNS::TopicPolicy': 'carries alarms only',
  'AWS::SNS::Subscription': 'carries alarms only',
  'AWS::Logs::LogGroup': 'functions log to the terminal',
  'AWS::Logs::MetricFilter': 'nothing measures here',
  'AWS::CloudWatch::Alarm': 'nothing measures here',
  'AWS::CloudWatch::Dashboard': 'nothing measures here',
  'AWS::CDK::Metadata': 'reports to AWS which constructs were used',
};

/** @throws Error naming every resource whose type is neither handled nor known to have no local meaning */
export function assertKnownTypes({ Resources }: Template): void {
  const known = new Set<string>([...handledTypes, ...Object.keys(withoutLocalMeaning)]);
  const unknown = Object.entries(Resources).filter(([, { Type }]) => !known.has(Type));
  if (unknown.length === 0) return;
  throw new Error(
    `The local target does not know ${unknown.map(([id, { Type }]) => `${Type} (${id})`).join(', ')}.\n` +
      '  Teach infra/local/deploy.ts to create it, or say in infra/local/template/assembly.ts why it has no local meaning.',
  );
}

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

const projectDir = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * Synthesizes the CDK app in a process of its own.
 * @param outDir where the cloud assembly goes
 * @throws Error with the app's own message if it fails
 */
export async function synthesize(outDir: string, signal: AbortSignal): Promise<void> {
  const context = process.env['CDK_CONTEXT_JSON'] ?? '{}';
  const child = spawn(process.execPath, ['infra/app.ts'], {
    cwd: projectDir,
    env: { ...process.env, CDK_OUTDIR: outDir, CDK_CONTEXT_JSON: context },
    stdio: ['ignore', 'ignore', 'pipe'],
    signal,
  });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr = (stderr + chunk).slice(-8_000);
  });
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`The CDK app (infra/app.ts) failed with ${code}:\n${stderr.trim()}`));
    });
  });
}
