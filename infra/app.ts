import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { readSettings } from '#infra/base/settings.ts';
import { bundleFunctions } from '#infra/bundling/bundling.ts';
import { ZhiqunStack } from '#infra/stack.ts';
import cdkJson from '../cdk.json' with { type: 'json' };

const app = new App({ analyticsReporting: false, autoSynth: false, context: cdkJson.context });
const settings = readSettings(app.node);
const bundlesDir = mkdtempSync(join(tmpdir(), 'zhiqun-bundles-'));
try {
  const { bundles } = await bundleFunctions(bundlesDir);
  new ZhiqunStack(app, 'Zhiqun', { stackName: `zhiqun-${settings.stage}`, settings, bundles });
  app.synth();
} finally {
  rmSync(bundlesDir, { recursive: true });
}
