import { afterEach, expect, test } from 'vitest';
import { nightlyCommand } from '#infra/cli/nightly.ts';
import { findFreePort } from '#infra/local/engines/dynoxide.ts';
import { type Runs, type RunView, STEPS, type StepName } from '#lib/pipeline/run/run-record.ts';
import { ApiError } from '#lib/platform/errors.ts';
import { memoryRuns, runView } from '#test/lib/console/memory-runs.ts';
import { serveApi } from './serve-api.ts';

let stop: (() => void) | undefined;
afterEach(() => stop?.());

async function serve(runs: Runs): Promise<{ url: string; key: string }> {
  const served = await serveApi({ runs });
  ({ stop } = served);
  return served;
}

async function run(args: string[], env: Record<string, string> = {}) {
  let [out, err] = ['', ''];
  const code = await nightlyCommand(args, {
    env,
    out: { isTTY: false, write: (text) => (out += text) },
    err: { write: (text) => (err += text) },
  });
  return { code, out, err };
}

/** Runs that are three steps further each time they are asked for; the last state is the one given. */
function advancing(last: Partial<RunView>, fails?: StepName): Runs & { started: object[] } {
  const started: object[] = [];
  let at = 0;
  const end = fails === undefined ? STEPS.length : STEPS.indexOf(fails);
  const time = (i: number) => new Date(Date.UTC(2026, 2, 8, 19, 0, i * 2)).toISOString();
  const view = (): RunView => {
    const isOver = at >= end;
    const steps = STEPS.map((name, i): RunView['steps'][number] => {
      if (i < Math.min(at, end))
        return {
          name,
          state: 'done',
          startedAt: time(i),
          endedAt: time(i + 1),
          ...(name === 'snapshot' && { done: 4, of: 4 }),
        };
      if (i > at) return { name, state: 'waiting' };
      return {
        name,
        state: isOver && fails ? 'failed' : 'running',
        ...(name === 'score' && { done: 1, of: 4 }),
      };
    });
    const { endedAt: _, live: __, ...rest } = runView({ runId: 'r-1', steps, state: 'running' });
    return isOver ? { ...rest, ...last } : rest;
  };
  return {
    ...memoryRuns(),
    started,
    async start(options) {
      started.push(options);
      return view();
    },
    async get() {
      const now = view();
      at += 3;
      return now;
    },
  };
}

test('each step is printed once, in order, with how long it took, and the end is 0', async () => {
  const runs = advancing({ state: 'done', live: true });
  const { url, key } = await serve(runs);
  const { code, out, err } = await run(['--url', url, '--key', key, '--as-of', '2026-11-22']);
  expect(err).toBe('');
  const printed = [...out.matchAll(/^ {2}([\w-]+) +(\S.*)$/gm)].map(([, step, how]) => [step, how]);
  expect(printed).toEqual(STEPS.map((step) => [step, step === 'snapshot' ? '2.0 s, 4 parts' : '2.0 s']));
  expect(out).toContain('The run r-1 as of 2026-11-22 has begun');
  expect(out).toContain('Its models are live');
  expect(runs.started).toMatchObject([{ asOf: '2026-11-22' }]);
  expect(code).toBe(0);
});

test('a replay says that newer models stay live', async () => {
  const runs = advancing({ state: 'done', live: false });
  const { url, key } = await serve(runs);
  const { code, out } = await run(['--api', url, '--key', key]);
  expect(out).toContain('the models that are live are of a later day and stay');
  expect(runs.started).toMatchObject([{ asOf: undefined }]);
  expect(code).toBe(0);
});

test('a run that fails ends with 1, and the step and the reason are printed', async () => {
  const error = { step: 'score' as const, message: 'part 1 of 4: write runs/r-1/scores: socket hang up' };
  const { url, key } = await serve(advancing({ state: 'failed', error }, 'score'));
  const { code, out, err } = await run([], { ZHIQUN_API: url, ZHIQUN_KEY: key });
  expect(out).toMatch(/ {2}score +failed, 1 of 4 parts done\n/);
  expect(err).toBe('The run failed at score: part 1 of 4: write runs/r-1/scores: socket hang up\n');
  expect(code).toBe(1);
});

test('while another run is under way it is named, and the end is 1', async () => {
  const start = async () => {
    throw new ApiError(409, 'run_in_progress', 'The run r-0 is under way.');
  };
  const { url, key } = await serve({ ...memoryRuns(), start });
  const { code, err } = await run(['--api', url, '--key', key]);
  expect(err).toContain('The run r-0 is under way. (409 run_in_progress)');
  expect(code).toBe(1);
});

test.each([
  [['--as-of', 'yesterday'], /expected a date like 2026-11-22/],
  [['2026-11-22'], /./],
  [['--speed', '9'], /--speed/],
  [['--api', 'localhost:3000', '--key', 'sk_1'], /expected an address/],
  [['--data-dir', '/nowhere/at/all'], /Start one with npm start/],
])('called wrongly with %j it says how, and ends with 2', async (args, message) => {
  const { code, err } = await run(args);
  expect(err).toMatch(message);
  expect(err).toContain('npm run nightly -- --help');
  expect(code).toBe(2);
});

test('where nothing answers it says so, and ends with 1', async () => {
  const { code, err } = await run(['--api', `http://127.0.0.1:${await findFreePort()}`, '--key', 'sk_1']);
  expect(err).toContain('Nothing answers at');
  expect(code).toBe(1);
});

test('--help tells all options', async () => {
  const { code, out } = await run(['--help']);
  for (const option of ['--as-of', '--data-dir', '--api', '--url', '--key']) expect(out).toContain(option);
  expect(code).toBe(0);
});
