import type { StoredEvent } from '#lib/events/stored-event.ts';
import { isObject } from '#lib/platform/json.ts';

/** What a member's identify and alias calls say: traits, each with when it was set, and linked anonymous ids. */
export interface Profile {
  /** trait → its value and the stamp (`<time>#<key>`) of the event that set it; the greatest stamp wins */
  traits: Record<string, { value: unknown; stamp: string }>;
  /** sorted */
  anonymousIds: string[];
}

export const EMPTY_PROFILE: Profile = { traits: {}, anonymousIds: [] };

/** Whether an event can say something about the profile. */
export const isAboutProfile = ({ type }: StoredEvent): boolean => type === 'identify' || type === 'alias';

/** The anonymous ids that an identify or alias call names beside the known id. */
export function namedAnonymousIds(stored: StoredEvent): string[] {
  if (!isAboutProfile(stored)) return [];
  return [stored.anonymousId, stored.previousId].filter((id): id is string => id !== undefined);
}

/** The profile with one more event merged in; merging twice, or in another order, gives the same. */
export function mergeEvent(profile: Profile, stored: StoredEvent): Profile {
  if (!isAboutProfile(stored)) return profile;
  const stamp = buildStamp(stored);
  const traits = { ...profile.traits };
  const sent: unknown = stored.traits === undefined ? {} : JSON.parse(stored.traits);
  for (const [name, value] of isObject(sent) ? Object.entries(sent) : []) {
    const known = Object.hasOwn(traits, name) ? traits[name] : undefined;
    if (known === undefined || known.stamp <= stamp) setTrait(traits, name, { value, stamp });
  }
  const ids = new Set([...profile.anonymousIds, ...namedAnonymousIds(stored)]);
  return { traits, anonymousIds: [...ids].sort() };
}

/**
 * The profile after some events of the log came, changed or went.
 * @param events as the log has them now, by key; undefined for one that is gone
 * @returns the profile, and whether something that one of them had set has to be looked for in the rest of the log
 */
export function applyEvents(
  profile: Profile,
  events: ReadonlyMap<string, StoredEvent | undefined>,
): { profile: Profile; lost: boolean } {
  let next: Profile = { traits: {}, anonymousIds: profile.anonymousIds };
  const taken = new Map<string, string>();
  for (const [name, trait] of Object.entries(profile.traits)) {
    if (events.has(keyOfStamp(trait.stamp))) taken.set(name, trait.stamp);
    else setTrait(next.traits, name, trait);
  }
  for (const stored of events.values()) if (stored !== undefined) next = mergeEvent(next, stored);
  const isLess = ([name, stamp]: [string, string]): boolean =>
    !Object.hasOwn(next.traits, name) || next.traits[name]!.stamp < stamp;
  return { profile: next, lost: [...taken].some(isLess) };
}

/** The profile that a whole log gives. */
export const buildProfile = (events: Iterable<StoredEvent>): Profile => {
  let profile = EMPTY_PROFILE;
  for (const stored of events) profile = mergeEvent(profile, stored);
  return profile;
};

const buildStamp = ({ at, sk }: StoredEvent): string => `${at}#${sk}`;
const keyOfStamp = (stamp: string): string => stamp.slice(stamp.indexOf('#') + 1);

// A trait may be called `__proto__`; assignment would not store it.
function setTrait(traits: Profile['traits'], name: string, trait: { value: unknown; stamp: string }): void {
  Object.defineProperty(traits, name, { value: trait, enumerable: true, configurable: true, writable: true });
}

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
