import { type Runs, type RunView, STEPS } from '#lib/pipeline/run/run-record.ts';
import { ApiError } from '#lib/platform/errors.ts';

export function runView(overrides: Partial<RunView> = {}): RunView {
  return {
    runId: '2026-11-22-x7k3q9',
    state: 'done',
    asOf: '2026-11-22',
    startedBy: 'schedule',
    startedAt: '2026-11-21T19:00:04.000Z',
    endedAt: '2026-11-21T19:04:12.000Z',
    steps: STEPS.map((name) => ({ name, state: 'done' })),
    live: true,
    ...overrides,
  };
}

/** Runs in memory; a started one stays at its second step until `finish` is called. */
export function memoryRuns(...first: RunView[]): Runs & { finish(): void } {
  let all = first.length === 0 ? [runView()] : first;
  return {
    async start({ by }) {
      const under = all.find(({ state }) => state === 'running');
      if (under) throw new ApiError(409, 'run_in_progress', `The run ${under.runId} is under way.`);
      const { endedAt: _, live: __, ...rest } = runView();
      const run: RunView = {
        ...rest,
        runId: '2026-11-22-aaaaaa',
        state: 'running',
        startedBy: by,
        startedAt: '2026-11-22T01:00:00.000Z',
        steps: STEPS.map((name, i) =>
          name === 'snapshot'
            ? { name, state: 'running', done: 3, of: 8 }
            : { name, state: i === 0 ? 'done' : 'waiting' },
        ),
      };
      all = [run, ...all];
      return run;
    },
    get: async (runId) => all.find((run) => run.runId === runId),
    list: async () => all,
    finish() {
      all = all.map((run) => (run.state === 'running' ? { ...runView(), runId: run.runId } : run));
    },
  };
}
