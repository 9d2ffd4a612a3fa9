import type { Profile } from './profile.ts';

const NAME_TRAITS = ['name', 'nickname', 'username'] as const;
const MAX_NAME_LENGTH = 80;

/**
 * What to call a member, by Segment's reserved traits: `name`, or `firstName lastName`, or `nickname`, or `username`.
 * @returns null when no trait says
 */
export function findMemberName({ traits }: Profile): string | null {
  const text = (name: string): string => {
    const value = Object.hasOwn(traits, name) ? traits[name]?.value : undefined;
    return typeof value === 'string' ? value.trim() : '';
  };
  const [name, ...otherwise] = NAME_TRAITS.map(text);
  const names = [name, `${text('firstName')} ${text('lastName')}`.trim(), ...otherwise];
  const first = names.find((candidate) => candidate !== '' && candidate !== undefined);
  return first === undefined ? null : [...first].slice(0, MAX_NAME_LENGTH).join('');
}
