import type { LocalizedText } from '#lib/features/catalogue.ts';
import { CATALOGUE, type FeatureName } from '#lib/features/catalogue.ts';
import { solveAssignment } from '#lib/models/numeric/assignment.ts';
import { ORDINARY, PROFILE_KINDS, type ProfileKind } from './kinds.ts';

/** How far a profile's centre lies from the mean, by feature, in standard deviations. */
export type ZScores = ReadonlyMap<FeatureName, number>;

// What a kind chiefly stands for must be so: it lies at least this far to its side of the mean.
const CHIEF_WEIGHT = 1;
const MIN_CHIEF_Z = 0.3;
// Cosine of the angle between a profile and a kind; below it the kind says too little about the profile.
const MIN_SIMILARITY = 0.45;
const FLAT_Z = 0.35;

/**
 * Names for profiles, all different, in both languages: of the kinds that operators know, those that the profiles'
 * z-scores agree with best as a whole; else the features that stand out most, as “学习多·付费高 / Much learning, high payments”.
 * @param taken names that other profiles have already
 */
export function nameProfiles(
  profiles: readonly ZScores[],
  taken: readonly LocalizedText[] = [],
): LocalizedText[] {
  const used = new Set(taken.flatMap(({ zh, en }) => [zh, en]));
  const free = PROFILE_KINDS.filter(({ name }) => !used.has(name.zh) && !used.has(name.en));
  const alike = profiles.map((z) => free.map((kind) => computeSimilarity(z, kind)));
  // Kinds are rows here, since there are more of them than the columns that pairing can take.
  const costs = free.map((_, k) => profiles.map((_, p) => 1 - alike[p]![k]!));
  const pairs = profiles.length === 0 ? [] : solveAssignment(costs);
  const names = profiles.map((z, p) => {
    const kind = pairs.indexOf(p);
    if (isFlat(z)) return used.has(ORDINARY.zh) ? undefined : takeName(ORDINARY, used);
    return kind >= 0 && alike[p]![kind]! >= MIN_SIMILARITY ? takeName(free[kind]!.name, used) : undefined;
  });
  return names.map((name, p) => name ?? takeName(describeProfile(profiles[p]!, used), used));
}

const takeName = (name: LocalizedText, used: Set<string>): LocalizedText => {
  used.add(name.zh).add(name.en);
  return name;
};

const isFlat = (z: ZScores): boolean => [...z.values()].every((value) => Math.abs(value) < FLAT_Z);

/**
 * Cosine between a profile's z-scores and a kind's pattern, over the features that differ between members here; 0 when what
 * the kind chiefly stands for is not so.
 */
function computeSimilarity(z: ZScores, { pattern }: ProfileKind): number {
  let [product, squares] = [0, 0];
  for (const [feature, weight] of Object.entries(pattern)) {
    const value = z.get(feature as FeatureName);
    if (Math.abs(weight) >= CHIEF_WEIGHT && (value ?? 0) * Math.sign(weight) < MIN_CHIEF_Z) return 0;
    if (value === undefined) continue;
    product += weight * value;
    squares += weight ** 2;
  }
  const length = [...z.values()].reduce((sum, value) => sum + value ** 2, 0);
  return length === 0 || squares === 0 ? 0 : product / Math.sqrt(squares * length);
}

/** As few of the strongest features, from two on, as make a name that nobody has; a number where even all do not. */
function describeProfile(z: ZScores, used: ReadonlySet<string>): LocalizedText {
  const traits = [...z]
    .sort(([, a], [, b]) => Math.abs(b) - Math.abs(a))
    .flatMap(([feature, value]) => CATALOGUE[feature].models.profiles?.[value > 0 ? 'high' : 'low'] ?? []);
  for (let n = Math.min(2, traits.length); n <= traits.length; n += 1) {
    const name = joinTraits(traits.slice(0, n));
    if (name.zh !== '' && !used.has(name.zh) && !used.has(name.en)) return name;
  }
  const base = isFlat(z) ? ORDINARY : joinTraits(traits.slice(0, 2));
  for (let n = 2; ; n += 1) {
    const name = { zh: `${base.zh} ${n}`, en: `${base.en} ${n}` };
    if (!used.has(name.zh) && !used.has(name.en)) return name;
  }
}

function joinTraits(traits: readonly LocalizedText[]): LocalizedText {
  const en = traits.map((trait) => trait.en).join(', ');
  return { zh: traits.map(({ zh }) => zh).join('·'), en: en.charAt(0).toUpperCase() + en.slice(1) };
}
