import type { Profile } from './profile.ts';

const FULL = ['name', 'nickname', 'username'] as const;
const MOST_CHARACTERS = 80;

/**
 * What to call a member, by Segment's reserved traits: `name`, or `firstName lastName`, or `nickname`, or `username`.
 * @returns null when no trait says
 */
export function memberName({ traits }: Profile): string | null {
  const text = (name: string): string => {
    const value = Object.hasOwn(traits, name) ? traits[name]?.value : undefined;
    return typeof value === 'string' ? value.trim() : '';
  };
  const [name, ...otherwise] = FULL.map(text);
  const names = [name, `${text('firstName')} ${text('lastName')}`.trim(), ...otherwise];
  const first = names.find((candidate) => candidate !== '' && candidate !== undefined);
  return first === undefined ? null : [...first].slice(0, MOST_CHARACTERS).join('');
}
