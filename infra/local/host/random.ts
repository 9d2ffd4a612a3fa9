/** A seeded stream of random numbers: the same seed and name always give the same numbers. */
export interface Random {
  /** uniform in [0, 1) */
  next(): number;
  /** a whole number in [from, to] */
  between(from: number, to: number): number;
  chance(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
  /** an entry of `from`, likelier with a greater weight; weights need not sum to 1 */
  weighted<T>(from: readonly T[], weightOf: (entry: T) => number): T;
  normal(): number;
  /** how many of something with this mean happen (Poisson) */
  count(mean: number): number;
}

/**
 * Makes a stream of its own for every name, so that a change in one part of its users leaves the others as they are.
 * @param name what the numbers are for, e.g. `member`, 12
 */
export function createRandom(seed: number, ...name: (string | number)[]): Random {
  const next = mulberry32(fnv1a(`${seed}/${name.join('/')}`));
  const random: Random = {
    next,
    between: (from, to) => from + Math.floor(next() * (to - from + 1)),
    chance: (probability) => next() < probability,
    pick: (from) => from[Math.floor(next() * from.length)]!,
    weighted: (from, weightOf) => {
      let left = next() * from.reduce((sum, entry) => sum + weightOf(entry), 0);
      for (const entry of from) {
        left -= weightOf(entry);
        if (left < 0) return entry;
      }
      return from.at(-1)!;
    },
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    count: (mean) => {
      // Knuth's way: multiply until the product falls below e^-mean.
      const floor = Math.exp(-mean);
      let happened = 0;
      for (let product = next(); product > floor; product *= next()) happened += 1;
      return happened;
    },
  };
  return random;
}

// Tommy Ettinger's generator: small, fast and good enough for a demo and for tests; not for secrets.
function mulberry32(state: number): () => number {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const char of text) hash = Math.imul(hash ^ char.codePointAt(0)!, 0x01000193);
  return hash;
}
