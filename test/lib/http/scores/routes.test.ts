import { describe, expect, test } from 'vitest';
import { ApiError, StoreError } from '#lib/platform/errors.ts';
import type { MemberScores } from '#lib/scoring/live/member-scores.ts';
import { apiFixture } from '#test/lib/http/api-fixture.ts';
import { memberView } from '#test/lib/http/memory-members.ts';

const { score } = memberView();

function noting() {
  const asked: unknown[] = [];
  const scores: MemberScores = {
    score: async (...args) => {
      asked.push(args);
      return score;
    },
    scores: async (...args) => {
      asked.push(args);
      return [score, { userId: 'u_2', error: { code: 'member_damaged', message: 'Rebuild it.' } }];
    },
    traits: async (...args) => {
      asked.push(args);
      return { stage: 'active', churn_risk: 0.1, name: '林晓雨', zodiac: '猪' };
    },
  };
  return { ...apiFixture({ scores }), asked };
}

const json = async (answer: Promise<Response>) => (await answer).json();

describe('GET /v1/members/{userId}/score', () => {
  test('answers with reasons in Chinese, unless asked otherwise', async () => {
    const { ask, answer, findKey, asked } = noting();
    expect(await json(ask('GET /v1/members/u_1/score', 'reader'))).toEqual(score);
    await ask('GET /v1/members/u_1/score?explain=false', 'reader');
    const headers = { authorization: `Bearer ${findKey('reader')}`, 'accept-language': 'en-GB,en;q=0.9' };
    const english = await answer(new Request('http://localhost/v1/members/u_1/score', { headers }));
    expect(english.headers.get('content-language')).toBe('en');
    expect(asked).toEqual([
      ['u_1', { explain: true, language: 'zh' }],
      ['u_1', { explain: false, language: 'zh' }],
      ['u_1', { explain: true, language: 'en' }],
    ]);
  });

  test('does not know unknown members', async () => {
    const answer = await apiFixture().ask('GET /v1/members/nobody/score', 'reader');
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ code: 'member_not_found' });
  });

  test('says when to try again while the table does not answer', async () => {
    const down = async () => {
      throw new StoreError('read member', { retriable: true });
    };
    const { ask } = apiFixture({ scores: { score: down, scores: down, traits: down } });
    for (const what of ['GET /v1/members/u_1/score', 'GET /v1/profiles/user_id:u_1/traits']) {
      const answer = await ask(what, 'reader');
      expect(answer.status).toBe(503);
      expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
    }
    expect((await ask('POST /v1/scores', 'reader', { userIds: ['u_1'] })).status).toBe(503);
  });

  test('reports a member whose items do not read', async () => {
    const corrupt = async () => {
      throw new ApiError(409, 'member_damaged', 'An item of this member does not read.');
    };
    const { ask } = apiFixture({ scores: { score: corrupt, scores: async () => [], traits: corrupt } });
    const answer = await ask('GET /v1/members/u_1/score', 'reader');
    expect([answer.status, await answer.json()]).toMatchObject([409, { code: 'member_damaged' }]);
  });
});

describe('POST /v1/scores', () => {
  test('answers each in its place, what is wrong with one beside the others', async () => {
    const { ask, asked } = noting();
    const answer = await json(ask('POST /v1/scores?explain=false', 'reader', { userIds: ['u_1', 'u_2'] }));
    expect(answer).toEqual({
      scores: [score, { userId: 'u_2', error: { code: 'member_damaged', message: 'Rebuild it.' } }],
    });
    expect(asked).toEqual([[['u_1', 'u_2'], { explain: false, language: 'zh' }]]);
  });

  test.each([[[]], [Array.from({ length: 101 }, (_, i) => `u_${i}`)], [[1]], ['u_1']])(
    'takes 1 to 100 ids and nothing else',
    async (userIds) => {
      const answer = await apiFixture().ask('POST /v1/scores', 'reader', { userIds });
      expect([answer.status, await answer.json()]).toMatchObject([400, { code: 'invalid_request' }]);
    },
  );
});

describe('GET /v1/profiles/{externalId}/traits', () => {
  test('answers all traits by name, in the shape of the Profile API', async () => {
    const { ask, asked } = noting();
    expect(await json(ask('GET /v1/profiles/user_id:a%3Ab/traits', 'reader'))).toEqual({
      traits: { churn_risk: 0.1, name: '林晓雨', stage: 'active', zodiac: '猪' },
      cursor: { url: '/v1/profiles/user_id:a%3Ab/traits', has_more: false, next: '', limit: 100 },
    });
    await ask('GET /v1/profiles/user_id%3Au_1/traits', 'reader');
    await ask('GET /v1/profiles/anonymous_id:x-1/traits', 'reader');
    expect(asked.map((args) => (args as string[])[0])).toEqual(['a:b', 'u_1', 'anon:x-1']);
  });

  test('answers those asked for, page by page', async () => {
    const { ask } = noting();
    const path = 'GET /v1/profiles/user_id:u_1/traits';
    const some = await json(ask(`${path}?include=stage,name,nothing`, 'reader'));
    expect(some).toMatchObject({ traits: { name: '林晓雨', stage: 'active' } });
    const first = (await json(ask(`${path}?limit=3`, 'reader'))) as { cursor: { next: string } };
    expect(first).toMatchObject({ cursor: { has_more: true, next: 'stage', limit: 3 } });
    expect(await json(ask(`${path}?limit=3&next=${first.cursor.next}`, 'reader'))).toMatchObject({
      traits: { zodiac: '猪' },
      cursor: { has_more: false, next: '' },
    });
  });

  test.each(['u_1', 'email:x@example.com', 'user_id:', `user_id:${'知'.repeat(86)}`])(
    'refuses %s, which names nobody by an id of ours',
    async (externalId) => {
      const answer = await apiFixture().ask(
        `GET /v1/profiles/${encodeURIComponent(externalId)}/traits`,
        'reader',
      );
      expect([answer.status, await answer.json()]).toMatchObject([400, { code: 'invalid_request' }]);
    },
  );
});
