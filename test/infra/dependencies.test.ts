import { expect, test } from 'vitest';
import { synthesize } from '#test/infra/synthesize.ts';

const { Resources } = synthesize({ stage: 'prod', alarmEmail: 'ops@example.com' }).template;

/** Logical ids that a value refers to, at any depth. */
function referred(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key === 'Ref') return [String(inner)];
    if (key === 'Fn::GetAtt') return [String([inner].flat()[0]).split('.')[0]!];
    if (key === 'Fn::Sub') return [...JSON.stringify(inner).matchAll(/\$\{(\w+)/g)].map(([, id]) => id!);
    return referred(inner);
  });
}

test('no resources wait for each other in a circle, which CloudFormation would refuse', () => {
  const finished = new Set<string>();
  function visit(id: string, path: readonly string[]): void {
    if (path.includes(id)) throw new Error(`Circle: ${[...path.slice(path.indexOf(id)), id].join(' → ')}`);
    const resource = Resources[id];
    if (finished.has(id) || !resource) return;
    for (const next of [...[resource.DependsOn ?? []].flat(), ...referred(resource.Properties)])
      visit(next, [...path, id]);
    finished.add(id);
  }
  for (const id of Object.keys(Resources)) visit(id, []);
  expect(finished.size).toBe(Object.keys(Resources).length);
});
