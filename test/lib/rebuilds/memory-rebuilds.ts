import { ApiError } from '#lib/platform/errors.ts';
import { emptyTotals, type Rebuilds, type RebuildView } from '#lib/rebuilds/rebuild-view.ts';

export function recountView(overrides: Partial<RebuildView> = {}): RebuildView {
  return {
    recountId: '2026-11-20-x7k3q9',
    state: 'done',
    scope: {},
    startedBy: 'owner-secret',
    startedAt: '2026-11-20T01:00:00.000Z',
    endedAt: '2026-11-20T01:02:00.000Z',
    parts: { done: 20, of: 20 },
    ...emptyTotals(),
    membersChecked: 812,
    ...overrides,
  };
}

/** Recounts in memory; one that is started or resumed stays at its third part until `finish` is called. */
export function memoryRecounts(
  ...first: RebuildView[]
): Rebuilds & { started: object[]; finish(last?: Partial<RebuildView>): void } {
  let all = first.length === 0 ? [recountView()] : first;
  const started: object[] = [];
  const begin = (recount: RebuildView): RebuildView => {
    const under = all.find(({ state }) => state === 'running');
    if (under) throw new ApiError(409, 'recount_in_progress', `The recount ${under.recountId} is under way.`);
    const { endedAt: _, error: __, ...rest } = recount;
    const running: RebuildView = { ...rest, state: 'running', parts: { done: 3, of: recount.parts.of } };
    all = [running, ...all.filter(({ recountId }) => recountId !== running.recountId)];
    return running;
  };
  return {
    started,
    async start({ by, members, from, to }) {
      started.push({ by, members, from, to });
      return begin(
        recountView({
          recountId: '2026-11-22-aaaaaa',
          startedBy: by,
          scope: {
            ...(members && { members: members.length }),
            ...(from !== undefined && { from }),
            ...(to !== undefined && { to }),
          },
        }),
      );
    },
    async resume(recountId) {
      const found = all.find((one) => one.recountId === recountId);
      if (found?.state === 'done')
        throw new ApiError(409, 'recount_done', `The recount ${recountId} is done.`);
      return found && begin(found);
    },
    get: async (recountId) => all.find((one) => one.recountId === recountId),
    list: async () => all,
    finish(last = {}) {
      all = all.map((one) =>
        one.state === 'running'
          ? { ...recountView(), recountId: one.recountId, scope: one.scope, ...last }
          : one,
      );
    },
  };
}
