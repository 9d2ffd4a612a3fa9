import { afterEach, describe, expect, test } from 'vitest';
import { auditCommand } from '#infra/cli/audit.ts';
import { readArguments, rebuildCommand } from '#infra/cli/rebuild.ts';
import { findFreePort } from '#infra/local/engines/dynoxide.ts';
import type { Rebuilds, RebuildView } from '#lib/rebuilds/rebuild-view.ts';
import { memoryRecounts, recountView } from '#test/lib/rebuilds/memory-rebuilds.ts';
import { serveApi } from './serve-api.ts';

let stop: (() => void) | undefined;
afterEach(() => stop?.());

async function run(command: typeof rebuildCommand, args: string[], recounts?: Rebuilds) {
  let [out, err] = ['', ''];
  const served = recounts && (await serveApi({ recounts }));
  stop = served?.stop;
  const code = await command(served ? [...args, '--api', served.url, '--key', served.key] : args, {
    env: {},
    out: { isTTY: false, write: (text) => (out += text) },
    err: { write: (text) => (err += text) },
  });
  return { code, out, err };
}

/** Recounts of which one that is begun ends so, once it was asked for. */
function ending(last: Partial<RebuildView>, ...first: RebuildView[]) {
  const recounts = memoryRecounts(...first);
  let asked = 0;
  return {
    ...recounts,
    get: async (recountId: string) => {
      asked += 1;
      if (asked === 2) recounts.finish(last);
      return recounts.get(recountId);
    },
  };
}

const FOUND: Partial<RebuildView> = {
  membersDiffering: 2,
  itemsRepaired: 3,
  itemsRecent: 1,
  examples: [{ userId: 'u_1', sk: 'day#2026-11-20' }],
};

describe('rebuild', () => {
  test('tells how far it is and what it found, and ends with 0', async () => {
    const recounts = ending(FOUND);
    const { code, out, err } = await run(rebuildCommand, [], recounts);
    expect(err).toBe('');
    expect(out).toContain('The rebuild 2026-11-22-aaaaaa has begun');
    expect(out).toContain('15 %  part 3 of 20');
    expect(out).toContain('812 members compared with the log; 2 differed.');
    expect(out).toContain('3 items put right, 1 of them so fresh');
    expect(out).toContain('  u_1  day#2026-11-20\n  … and 1 more\n');
    expect(recounts.started).toMatchObject([{ members: undefined, from: undefined, to: undefined }]);
    expect(code).toBe(0);
  });

  test('asks for the members and days that it was given', async () => {
    const recounts = ending({});
    await run(rebuildCommand, ['--member', 'u_1', '--member', '林', '--from', '2026-11-01'], recounts);
    expect(recounts.started).toMatchObject([{ members: ['u_1', '林'], from: '2026-11-01', to: undefined }]);
  });

  test('of a member that nobody knows says so, and ends with 1', async () => {
    const one = await run(rebuildCommand, ['--member', 'u_typo'], ending({ membersChecked: 0 }));
    expect(one.err).toContain('--member u_typo: nothing is known of this member.');
    expect(one.code).toBe(1);
    const two = await run(
      rebuildCommand,
      ['--member', 'u_1', '--member', 'u_typo'],
      ending({ membersChecked: 1 }),
    );
    expect(two.err).toContain('Nothing is known of 1 of the 2 members that were named.');
    expect(two.code).toBe(1);
  });

  test('that stops says why and how to go on, and ends with 1', async () => {
    const { code, err } = await run(
      rebuildCommand,
      [],
      ending({ state: 'failed', error: 'a table is gone' }),
    );
    expect(err).toContain('It stopped: a table is gone');
    expect(err).toContain('npm run rebuild -- --resume 2026-11-22-aaaaaa');
    expect(code).toBe(1);
  });

  test('is resumed under its name', async () => {
    const recounts = ending({}, recountView({ recountId: 'r-1', state: 'failed' }));
    const { code, out } = await run(rebuildCommand, ['--resume', 'r-1'], recounts);
    expect(out).toContain('The rebuild r-1 has begun');
    expect([recounts.started, code]).toEqual([[], 0]);
  });

  test('beside another one is refused with 1', async () => {
    const { code, err } = await run(rebuildCommand, [], memoryRecounts(recountView({ state: 'running' })));
    expect(err).toContain('(409 recount_in_progress)');
    expect(code).toBe(1);
  });

  test('a day is the first and the last', () => {
    expect(readArguments(['--day', '2026-11-20'])).toMatchObject({ from: '2026-11-20', to: '2026-11-20' });
  });

  test.each([
    [['--day', 'yesterday'], /--day yesterday: expected a date like/],
    [['--to', '20.11.2026'], /--to 20.11.2026: expected a date like/],
    [['--day', '2026-02-30'], /--day 2026-02-30: expected a date like/],
    [['--from', '2026-11-02', '--to', '2026-11-01'], /is before/],
    [['--day', '2026-11-02', '--to', '2026-11-03'], /leave out --from and --to/],
    [['--resume', 'r-1', '--member', 'u_1'], /leave out --member/],
    [Array(1_001).fill('--member=u_1'), /at most 1000/],
    [['u_1'], /./],
    [['--speed', '9'], /--speed/],
    [['--api', 'localhost:3000', '--key', 'sk_1'], /expected an address/],
    [['--data-dir', '/nowhere/at/all'], /Start one with npm start/],
  ])('called wrongly with %j says how, and ends with 2', async (args, message) => {
    const { code, err } = await run(rebuildCommand, args);
    expect(err).toMatch(message);
    expect(err).toContain('npm run rebuild -- --help');
    expect(code).toBe(2);
  });

  test('where nothing answers says so, and ends with 1', async () => {
    const api = `http://127.0.0.1:${await findFreePort()}`;
    const { code, err } = await run(rebuildCommand, ['--api', api, '--key', 'sk_1']);
    expect(err).toContain('Nothing answers at');
    expect(code).toBe(1);
  });
});

describe('audit', () => {
  test('ends with 0 when nothing differed but what is recent', async () => {
    const { code, out } = await run(auditCommand, ['--all'], ending({ itemsRepaired: 1, itemsRecent: 1 }));
    expect(out).toContain('What is counted agrees with the log.');
    expect(code).toBe(0);
  });

  test('ends with 1 and lists what differed', async () => {
    const { code, err } = await run(auditCommand, ['--all'], ending(FOUND));
    expect(err).toBe('2 of what was counted differed from the log:\n  u_1  day#2026-11-20\n  … and 1 more\n');
    expect(code).toBe(1);
  });

  test('ends with 1 when somebody could not be counted, or it stopped', async () => {
    const some = await run(auditCommand, ['--all'], ending({ membersFailed: 1 }));
    expect([some.code, some.out]).toEqual([1, expect.stringContaining('1 member could not be counted')]);
    const stopped = await run(auditCommand, ['--all'], ending({ state: 'failed', error: 'it broke' }));
    expect([stopped.code, stopped.err]).toEqual([1, expect.stringContaining('It stopped: it broke')]);
  });

  test('of less than all is part of the night, and says so', async () => {
    const { code, err } = await run(auditCommand, []);
    expect(err).toMatch(/^The nightly audit is part of the nightly run; npm run audit -- --all/);
    expect(code).toBe(2);
  });
});

test.each([rebuildCommand, auditCommand])('--help tells all options', async (command) => {
  const { code, out } = await run(command, ['--help']);
  const own = command === auditCommand ? ['--all'] : ['--member', '--day', '--from', '--to', '--resume'];
  for (const option of [...own, '--data-dir', '--api', '--url', '--key']) expect(out).toContain(option);
  expect(code).toBe(0);
});
