import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '#lib/platform/seeded-random.ts';
import { pythonWith, runNode, runPython } from './python.ts';
import { median, type Result } from './result.ts';

const MEMBERS = 100_000;
const ROUNDS = 7;
const TARGET = 0.25;

interface Outcome {
  workMs: number;
  startMs: number;
  profiles: number;
  r2: number;
}

/**
 * The field guide's program from raw counts to five profiles and a value for each of 100,000 members: ours against its
 * own Python, in processes that take turns. "Whole program" is from start to end, "work" without start-up and reading.
 * Before 1.4, scikit-learn's default was the best of ten starts, as it was when the guide was written, and as ours is.
 */
export async function run(): Promise<Result[]> {
  const python = await pythonWith('sklearn', 'pandas');
  if (python === undefined) return [];
  const dir = await mkdtemp(join(tmpdir(), 'zhiqun-bench-'));
  try {
    const file = join(dir, 'members.f64');
    await writeFile(file, community(MEMBERS));
    const programs = {
      ours: () => runNode<Outcome>(join(import.meta.dirname, 'guide-child.ts'), [file]),
      theirs: () => runPython<Outcome>(python, join(import.meta.dirname, 'guide.py'), [file, 'default']),
      theirsOfTen: () => runPython<Outcome>(python, join(import.meta.dirname, 'guide.py'), [file, '10']),
    };
    const times = { ours: [] as Timed[], theirs: [] as Timed[], theirsOfTen: [] as Timed[] };
    for (let round = 0; round <= ROUNDS; round += 1) {
      for (const who of Object.keys(programs) as (keyof typeof programs)[]) {
        const one = await timed(programs[who]);
        // The first round warms the disk's cache.
        if (round > 0) times[who].push(one);
      }
    }
    const { ours, theirs, theirsOfTen } = times;
    check(ours[0]!, theirs[0]!);
    const [work, program] = [({ workMs }: Timed) => workMs, ({ programMs }: Timed) => programMs];
    const name = `guide, 100 k members / scikit-learn ${python.versions['sklearn']}`;
    return [
      line(`${name}, whole program`, ours, theirs, program),
      line(`${name}, work`, ours, theirs, work),
      line(`${name}, work, best of 10 starts as ours`, ours, theirsOfTen, work),
    ];
  } finally {
    await rm(dir, { recursive: true });
  }
}

type Timed = Outcome & { programMs: number };

async function timed(program: () => Promise<Outcome>): Promise<Timed> {
  const begun = performance.now();
  const outcome = await program();
  return { ...outcome, programMs: performance.now() - begun };
}

function check(ours: Outcome, theirs: Outcome): void {
  if (ours.profiles !== 5 || theirs.profiles !== 5) throw new Error('not five profiles');
  if (Math.abs(ours.r2 - theirs.r2) > 1e-6)
    throw new Error(`not the same regression: R² ${ours.r2} and ${theirs.r2}`);
}

function line(
  name: string,
  ours: readonly Timed[],
  theirs: readonly Timed[],
  msOf: (one: Timed) => number,
): Result {
  const [us, them] = [median(ours.map(msOf)), median(theirs.map(msOf))];
  return {
    name,
    value: `${(us / them).toFixed(2)} × (${us.toFixed(0)} ms / ${them.toFixed(0)} ms)`,
    target: `≤ ${TARGET} ×`,
    ok: us / them <= TARGET,
  };
}

/** Posts, replies, likes, activities joined, retention, payment and the payment after that; one column after the other. */
function community(members: number): Float64Array {
  const random = seededRandom(11);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const all = new Float64Array(7 * members);
  for (let i = 0; i < members; i += 1) {
    const group = Math.floor(5 * random() ** 1.5);
    const counts = [3, 8, 20, 2].map((unit, j) =>
      Math.floor(unit * Math.exp(((group * (j + 2)) % 5) / 2 - 1 + 0.8 * normal())),
    );
    const retention = Math.round(12 * Math.min(1, Math.max(0, 0.3 + 0.15 * group + 0.2 * normal()))) / 12;
    const payment = random() < 0.6 ? 0 : 9_900 * Math.ceil(3 * random() ** 2);
    const activity = counts.reduce((sum, count) => sum + count, 0);
    const value = 2_000 + 5 * activity + 3_000 * retention + 0.4 * payment + 2_000 * normal();
    for (const [j, x] of [...counts, retention, payment, value].entries()) all[j * members + i] = x;
  }
  return all;
}
