import { dirname } from 'node:path/posix';

type Edge = readonly [from: string, to: string];

/** Circles of files, and of folders at every depth: `lib/a` and `lib/b` as `lib/a/x` and `lib/a/y`. Of each kind the first that is found. */
export function findCircles(files: readonly Edge[]): string[] {
  const folder = (path: string, depth: number) => dirname(path).split('/').slice(0, depth).join('/');
  const deepest = Math.max(0, ...files.flat().map((path) => path.split('/').length - 1));
  const graphs = [files];
  for (let depth = 1; depth <= deepest; depth += 1)
    graphs.push(files.map(([from, to]) => [folder(from, depth), folder(to, depth)]));
  return [...new Set(graphs.flatMap((edges) => findCircle(edges) ?? []))];
}

function findCircle(edges: readonly Edge[]): string | undefined {
  const next = Map.groupBy(
    edges.filter(([from, to]) => from !== to),
    ([from]) => from,
  );
  const path: string[] = [];
  const done = new Set<string>();
  const visit = (node: string): string | undefined => {
    if (path.includes(node)) return [...path.slice(path.indexOf(node)), node].join(' -> ');
    if (done.has(node)) return undefined;
    done.add(node);
    path.push(node);
    for (const [, to] of next.get(node) ?? []) {
      const circle = visit(to);
      if (circle) return circle;
    }
    path.pop();
    return undefined;
  };
  for (const node of next.keys()) {
    const circle = visit(node);
    if (circle) return circle;
  }
  return undefined;
}
