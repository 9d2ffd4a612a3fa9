import type { Template } from './assembly.ts';

/** What `Ref` and `Fn::GetAtt` of one deployed resource answer. */
export type Deployed = { ref: string; attributes?: Record<string, string> };

export type ResolveContext = {
  template: Pick<Template, 'Resources' | 'Parameters' | 'Conditions' | 'Mappings'>;
  /** By logical id; filled while deploying, and looked up when a value is resolved. */
  deployed: ReadonlyMap<string, Deployed>;
  /** `AWS::Region` and the like, without the prefix. */
  pseudo: { Region: string; AccountId: string; StackName: string };
};

const noValue = Symbol('AWS::NoValue');
type Node = Record<string, unknown>;

/** Replaces CloudFormation's intrinsic functions by their values. `at` is the path for error messages. */
export type Resolve = (value: unknown, at: string) => unknown;

/**
 * Makes a resolver for Ref, Fn::GetAtt, Fn::Join, Fn::Sub, Fn::Select, Fn::Split, Fn::If (with its conditions),
 * Fn::FindInMap, Fn::Base64 and the pseudo parameters. It throws an Error with the path for any other function,
 * and for a reference to something that has not been deployed.
 */
export function createResolver(context: ResolveContext): Resolve {
  const { template, deployed, pseudo } = context;
  const pseudos: Record<string, unknown> = {
    ...pseudo,
    Partition: 'aws',
    URLSuffix: 'amazonaws.com',
    StackId: `arn:aws:cloudformation:${pseudo.Region}:${pseudo.AccountId}:stack/${pseudo.StackName}/local`,
    NotificationARNs: [],
    NoValue: noValue,
  };

  function ref(name: string, at: string): unknown {
    if (name.startsWith('AWS::') && name.slice(5) in pseudos) return pseudos[name.slice(5)];
    const resource = deployed.get(name);
    if (resource) return resource.ref;
    const parameter = template.Parameters?.[name];
    if (parameter && parameter.Default !== undefined) return parameter.Default;
    throw new Error(`${at}: Ref to ${described(name)}, which the local target has not deployed`);
  }

  function attribute(name: string, path: string, at: string): string {
    const value = deployed.get(name)?.attributes?.[path];
    if (value !== undefined) return value;
    throw new Error(`${at}: the local target knows no attribute ${path} of ${described(name)}`);
  }

  function described(name: string): string {
    const type = template.Resources[name]?.Type;
    return type ? `${name} (${type})` : name;
  }

  function substitute(given: unknown, at: string): string {
    const [text, variables] = Array.isArray(given) ? (given as [string, Node]) : [String(given), {}];
    return text.replace(/\$\{([^}]*)\}/g, (_, name: string) => {
      if (name.startsWith('!')) return `\${${name.slice(1)}}`;
      if (name in variables) return String(resolve(variables[name], at));
      const dot = name.indexOf('.');
      return String(dot < 0 ? ref(name, at) : attribute(name.slice(0, dot), name.slice(dot + 1), at));
    });
  }

  function condition(name: unknown, at: string): boolean {
    if (!template.Conditions || !(String(name) in template.Conditions))
      throw new Error(`${at}: there is no condition ${name}`);
    return holds(template.Conditions[String(name)], `Conditions.${name}`);
  }

  function holds(value: unknown, at: string): boolean {
    const [name, operand] = onlyEntry(value) ?? [];
    const operands = Array.isArray(operand) ? operand : [];
    if (name === 'Fn::Equals') return resolve(operands[0], at) === resolve(operands[1], at);
    if (name === 'Fn::Not') return !holds(operands[0], at);
    if (name === 'Fn::And') return operands.every((one) => holds(one, at));
    if (name === 'Fn::Or') return operands.some((one) => holds(one, at));
    if (name === 'Condition') return condition(operand, at);
    throw new Error(`${at}: the local target cannot judge the condition ${JSON.stringify(value)}`);
  }

  function call(name: string, operand: unknown, at: string): unknown {
    const list = () => resolve(operand, at) as unknown[];
    switch (name) {
      case 'Ref':
        return ref(String(operand), at);
      case 'Fn::GetAtt': {
        const [id, ...path] = typeof operand === 'string' ? operand.split('.') : (operand as string[]);
        return attribute(String(id), path.join('.'), at);
      }
      case 'Fn::Sub':
        return substitute(operand, at);
      case 'Fn::Join': {
        const [separator, parts] = list() as [string, unknown[]];
        return parts.join(separator);
      }
      case 'Fn::Split': {
        const [separator, text] = list() as [string, string];
        return text.split(separator);
      }
      case 'Fn::Select': {
        const [index, choices] = list() as [number | string, unknown[]];
        return choices[Number(index)];
      }
      case 'Fn::FindInMap': {
        const [map, top, second] = list().map(String);
        return template.Mappings?.[map ?? '']?.[top ?? '']?.[second ?? ''];
      }
      case 'Fn::Base64':
        return Buffer.from(String(resolve(operand, at))).toString('base64');
      case 'Fn::If': {
        const [name, yes, no] = operand as [string, unknown, unknown];
        return resolve(condition(name, at) ? yes : no, at);
      }
      default:
        throw new Error(
          `${at}: the local target does not know ${name}; teach it in infra/local/template/intrinsics.ts`,
        );
    }
  }

  function resolve(value: unknown, at: string): unknown {
    if (Array.isArray(value))
      return value.map((item) => resolve(item, at)).filter((item) => item !== noValue);
    if (typeof value !== 'object' || value === null) return value;
    const [name, operand] = onlyEntry(value) ?? [];
    if (name !== undefined && (name === 'Ref' || name.startsWith('Fn::'))) return call(name, operand, at);
    return Object.fromEntries(
      Object.entries(value)
        .map(([key, item]) => [key, resolve(item, `${at}.${key}`)] as const)
        .filter(([, item]) => item !== noValue),
    );
  }

  return resolve;
}

function onlyEntry(value: unknown): [string, unknown] | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const entries = Object.entries(value);
  return entries.length === 1 ? entries[0] : undefined;
}
