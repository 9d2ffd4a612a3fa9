import type { Profile } from './profile.ts';

const MAX_TRAIT_LENGTH = 100;
const MAX_TRAITS = 20;

/**
 * A member's traits to find them by: texts, numbers and yes or no, as JSON in the order of their names. Texts are cut at
 * 100 characters; of more than 20 traits the first are kept.
 * @returns null without any
 */
export function pickScalarTraits({ traits }: Profile): string | null {
  const scalars: [string, string | number | boolean][] = [];
  for (const name of Object.keys(traits).sort()) {
    const value = traits[name]?.value;
    if (typeof value === 'number' || typeof value === 'boolean') scalars.push([name, value]);
    else if (typeof value === 'string' && value !== '') {
      scalars.push([name, [...value].slice(0, MAX_TRAIT_LENGTH).join('')]);
    }
  }
  if (scalars.length === 0) return null;
  return JSON.stringify(Object.fromEntries(scalars.slice(0, MAX_TRAITS)));
}
