import type { Role } from '#lib/auth/keys/access-key.ts';
import { visibleTraits } from './masking.ts';

/** What a search wants of traits: any value with this text in it, or one trait's. Texts are in small letters. */
export interface TraitTerm {
  name?: string;
  text: string;
}

/** A search as a term for traits: `city:上海` means that trait alone, any other text the value of whichever. */
export function parseTraitTerm(search: string): TraitTerm {
  const text = search.trim().toLocaleLowerCase();
  const [, name, value] = /^([^:：]+)[:：]\s*(.+)$/.exec(text) ?? [];
  return name === undefined || value === undefined ? { text } : { name: name.trim(), text: value };
}

/**
 * The first trait that a term means, if the role may see its value: masked ones cannot be guessed by searching.
 * @param traits JSON of a member's traits, as `scalarTraits` writes it
 */
export function findMatchingTrait(
  traits: string | null,
  term: TraitTerm,
  role: Role,
): { name: string; value: string } | undefined {
  // Most members have nothing of it: reading their JSON would take ten times as long.
  if (traits === null || !traits.toLocaleLowerCase().includes(JSON.stringify(term.text).slice(1, -1))) {
    return undefined;
  }
  const values = JSON.parse(traits) as Record<string, unknown>;
  const shown = visibleTraits(values, role);
  const found = Object.entries(values).find(
    ([name, value]) =>
      (term.name === undefined || name.toLocaleLowerCase() === term.name) &&
      String(value).toLocaleLowerCase().includes(term.text) &&
      shown[name] === value,
  );
  return found && { name: found[0], value: String(found[1]) };
}
