import { describe, expect, test } from 'vitest';
import { MODEL_KINDS, type ModelKind } from '#lib/models/model-files.ts';
import { modelKey } from '#lib/models/model-version.ts';
import { apiFixture } from '#test/lib/http/api-fixture.ts';
import { memoryModels } from '#test/lib/models/memory-models.ts';
import { buildInsufficientModels } from '#test/lib/models/models-of.ts';
import { exampleModel } from '#test/lib/scoring/example-models.ts';

const json = async <T>(answer: Response | Promise<Response>) => (await (await answer).json()) as T;
interface Overview {
  asOf: string | null;
  models: { kind: ModelKind; version: string; status: string; asOf?: string; members?: number }[];
  history: { publishedAt: string; by: string; caller?: string }[];
}
const findVersion = ({ models }: Overview, kind: ModelKind) =>
  models.find((one) => one.kind === kind)?.version;
const fixture = () => {
  const models = memoryModels(() => Date.parse('2026-03-09T00:00:00Z'));
  return { ...apiFixture({ models }), objects: models.objects };
};

test('the live models are listed, with what was live before', async () => {
  const overview = await json<Overview>(fixture().ask('GET /v1/models', 'reader'));
  expect(overview.models.map(({ kind, status }) => [kind, status])).toEqual(
    MODEL_KINDS.map((kind) => [kind, 'fitted']),
  );
  expect(overview.models[2]).toEqual({
    kind: 'lifecycle',
    version: exampleModel('lifecycle').version,
    status: 'fitted',
    asOf: '2026-03-08',
    members: 400,
  });
  expect(overview.history).toHaveLength(2);
});

test('before the first night there are none, and that is no error', async () => {
  const { ask, objects } = fixture();
  objects.clear();
  const overview = await json<Overview>(ask('GET /v1/models', 'reader'));
  expect(overview).toMatchObject({ publishedAt: null, asOf: null, models: [], history: [] });
  expect((await ask('POST /v1/models/rollback', 'owner', {})).status).toBe(409);
});

describe('the model card', () => {
  test.each(MODEL_KINDS)('of %s fits its description, and leaves out the bulk of the file', async (kind) => {
    const model = exampleModel(kind);
    const {
      live,
      model: card,
      file,
    } = await json<{ live: boolean; model: object; file?: object }>(
      fixture().ask(`GET /v1/models/${kind}/${model.version}`, 'reader'),
    );
    expect(live).toBe(true);
    expect(card).toMatchObject({ kind, version: model.version, status: 'fitted' });
    for (const bulk of ['coordinates', 'calibration', 'trees', 'centroid'])
      expect(JSON.stringify(card)).not.toContain(`"${bulk}"`);
    expect(file).toBeUndefined();
  });

  test.each(buildInsufficientModels('2026-03-08').slice(1))(
    'of $kind says what there is too little of',
    async (model) => {
      const { ask, objects } = fixture();
      objects.set(modelKey(model.kind, model.version), JSON.stringify(model));
      const answer = await json(ask(`GET /v1/models/${model.kind}/${model.version}`, 'reader'));
      expect(answer).toMatchObject({
        live: false,
        model: { status: 'insufficient', needs: [{ what: 'members' }] },
      });
    },
  );

  test('has all of the file beside it when asked to', async () => {
    const model = exampleModel('profiles');
    const { file } = await json<{ file: unknown }>(
      fixture().ask(`GET /v1/models/profiles/${model.version}?file=true`, 'reader'),
    );
    expect(file).toEqual(model);
  });

  test('of what is not there is 404, of a corrupt file 409, of nonsense 400', async () => {
    const { ask, objects } = fixture();
    const unknown = await ask('GET /v1/models/value/2026-03-08-00000000', 'reader');
    expect([unknown.status, (await json<{ code: string }>(unknown)).code]).toEqual([404, 'model_not_found']);
    const { version } = exampleModel('value');
    objects.set(modelKey('value', version), '{}');
    const corrupt = await ask(`GET /v1/models/value/${version}`, 'reader');
    expect([corrupt.status, (await json<{ code: string }>(corrupt)).code]).toEqual([409, 'model_refused']);
    for (const path of ['value/latest', 'weather/2026-03-08-00000000', 'value/..%2F..%2Fcurrent'])
      expect((await ask(`GET /v1/models/${path}`, 'reader')).status).toBe(400);
  });
});

describe('going back', () => {
  test('without a body goes to the publication before, and says who asked', async () => {
    const { ask, issued } = fixture();
    const now = await json<Overview>(ask('POST /v1/models/rollback', 'owner'));
    expect(now.asOf).toBe('2026-03-07');
    expect(findVersion(now, 'value')).toBe(exampleModel('value', { asOf: '2026-03-07' }).version);
    expect(now.history[0]).toMatchObject({ by: 'rollback', caller: issued.owner.item.id });
    const again = await ask('POST /v1/models/rollback', 'owner', {});
    expect([again.status, (await json<{ code: string }>(again)).code]).toEqual([
      409,
      'nothing_to_roll_back_to',
    ]);
  });

  test('of one kind leaves the others', async () => {
    const now = await json<Overview>(
      fixture().ask('POST /v1/models/rollback', 'owner', { kind: 'profiles' }),
    );
    expect(findVersion(now, 'profiles')).toBe(exampleModel('profiles', { asOf: '2026-03-07' }).version);
    expect(findVersion(now, 'value')).toBe(exampleModel('value').version);
  });

  test('to a publication of the history goes there', async () => {
    const { ask } = fixture();
    const { history } = await json<Overview>(ask('GET /v1/models', 'reader'));
    const publishedAt = history[1]?.publishedAt;
    expect(await json<Overview>(ask('POST /v1/models/rollback', 'owner', { publishedAt }))).toMatchObject({
      asOf: '2026-03-07',
    });
  });

  test.each([
    [{ version: '2026-03-07-00000000' }, 'body.kind'],
    [{ kind: 'weather' }, 'body.kind'],
    [{ kind: 'value', version: 'the good one' }, 'body.version'],
    [{ kind: 'value', publishedAt: '2026-03-07T19:05:00.000Z' }, 'body.publishedAt'],
  ])('with a request like %j is refused with the path', async (input, path) => {
    const answer = await fixture().ask('POST /v1/models/rollback', 'owner', input);
    expect(answer.status).toBe(400);
    expect((await json<{ errors: { path: string }[] }>(answer)).errors.map((one) => one.path)).toEqual([
      path,
    ]);
  });
});

describe('a profile’s name', () => {
  test('is given, seen in the list, and taken away by null or nothing', async () => {
    const { ask } = fixture();
    const named = await json(
      ask('PUT /v1/models/profiles/p1/name', 'operator', { zh: ' 铁杆粉丝 ', en: 'Fans' }),
    );
    expect(named).toMatchObject({ id: 'p1', name: { zh: '铁杆粉丝', en: 'Fans' } });
    expect(await json(ask('GET /v1/models', 'reader'))).toMatchObject({
      profileNames: { p1: { zh: '铁杆粉丝', en: 'Fans' } },
    });
    await ask('PUT /v1/models/profiles/p1/name', 'operator', { zh: '铁杆粉丝', en: null });
    expect(await json(ask('PUT /v1/models/profiles/p1/name', 'operator', { zh: '' }))).toEqual({
      id: 'p1',
      name: { zh: '高互动答疑者', en: 'Engaged answerer' },
      ownName: { zh: '高互动答疑者', en: 'Engaged answerer' },
      givenName: {},
    });
  });

  test.each([
    ['p9', { zh: '谁' }, 404],
    ['p1', { zh: 'x'.repeat(61) }, 400],
    ['constructor', { zh: '谁' }, 400],
    ['p1', '"name"', 400],
  ])('of %s as %j is answered with what is wrong', async (id, body, status) => {
    expect((await fixture().ask(`PUT /v1/models/profiles/${id}/name`, 'operator', body)).status).toBe(status);
  });
});
