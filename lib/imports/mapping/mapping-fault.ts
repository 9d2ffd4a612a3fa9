import type * as z from 'zod';

type Issue = z.core.$ZodIssue;

/** One line for an issue. Of alternatives, none of which fits, the one that got furthest is meant. */
export function describeIssue(issue: Issue, above: readonly PropertyKey[]): string {
  const path = [...above, ...issue.path];
  if (issue.code === 'invalid_union') {
    const [closest] = issue.errors.toSorted((a, b) => distance(a) - distance(b));
    if (closest !== undefined && distance(closest) < 100) {
      return closest.map((inner) => describeIssue(inner, path)).join('; ');
    }
  }
  return `${path.length === 0 ? 'at the top' : path.join('.')}: ${issue.message}`;
}

// An alternative of another kind altogether (text for an object, another `type`) is not what was meant.
const distance = (issues: readonly Issue[]): number =>
  issues.reduce((sum, issue) => sum + (isOfAnotherKind(issue) ? 100 : 1), 0);

const isOfAnotherKind = ({ code, path }: Issue): boolean =>
  (code === 'invalid_type' && path.length === 0) || path[0] === 'type';
