import { posix } from 'node:path';
import { type Node, parseSync, Visitor } from 'oxc-parser';

export interface Found {
  what: string;
  line: number;
}

/**
 * What one file imports (`import type` and `import()` too), as paths from the root of the repository or names of packages; and which
 * globals it uses: `Date.now`, `new Date` without arguments, and what it imports from node:crypto.
 *
 * @throws SyntaxError when it does not parse
 */
export function readSource(file: string, text: string): { imports: Found[]; globals: Found[] } {
  const imports: Found[] = [];
  const globals: Found[] = [];
  const at = (what: string, node: Node): Found => ({
    what,
    line: text.slice(0, node.start).split('\n').length,
  });
  const addImport = (source: Node | null) => {
    if (source?.type !== 'Literal' || typeof source.value !== 'string') return;
    const path = source.value;
    const target = path.startsWith('.') ? posix.join(posix.dirname(file), path) : path.replace(/^#/, '');
    imports.push(at(target, source));
  };
  const { program, errors } = parseSync(file, text);
  if (errors.length) throw new SyntaxError(`${file}: ${errors[0]?.message}`);
  new Visitor({
    ImportDeclaration: (node) => {
      addImport(node.source);
      if (node.source.value !== 'node:crypto') return;
      for (const name of node.specifiers)
        if (name.type === 'ImportSpecifier' && name.imported.type === 'Identifier')
          globals.push(at(`crypto.${name.imported.name}`, name));
    },
    ExportNamedDeclaration: (node) => addImport(node.source),
    ExportAllDeclaration: (node) => addImport(node.source),
    ImportExpression: (node) => addImport(node.source),
    TSImportType: (node) => addImport(node.source),
    MemberExpression: (node) => {
      if (node.object.type === 'Identifier' && node.property.type === 'Identifier')
        globals.push(at(`${node.object.name}.${node.property.name}`, node));
    },
    NewExpression: (node) => {
      if (node.callee.type === 'Identifier' && !node.arguments.length)
        globals.push(at(`new ${node.callee.name}`, node));
    },
  }).visit(program);
  return { imports, globals };
}
