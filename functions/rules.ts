import { log, noIds, withLogContext } from '#lib/platform/log.ts';
import { rebuildAfterChange } from '#lib/rebuilds/rules-change.ts';
import { createRulesChangeDeps } from '#lib/rebuilds/rules-change-table.ts';

const deps = createRulesChangeDeps(process.env);

export const handler = withLogContext('rules', noIds, async (): Promise<Record<string, never>> => {
  const state = await rebuildAfterChange(deps);
  log('info', 'counting rules checked', { rules: deps.rules.version, state });
  return {};
});
