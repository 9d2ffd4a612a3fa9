import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { Score, ScoreList, ScoreQuery, ScoresRequest } from '#lib/http/scores/schema.ts';
import type { ApiEnv, RequireRole } from '#lib/http/shared/auth.ts';
import { type ReadCountingNotice, withCountingNotice } from '#lib/http/shared/counting.ts';
import { MemberPath, memberProblems, requireMember } from '#lib/http/shared/member.ts';
import { guardedResponses, jsonResponse, problemResponse, securityFor } from '#lib/http/shared/responses.ts';
import { preferredLanguage } from '#lib/platform/language.ts';
import type { MemberScores } from '#lib/scoring/live/member-scores.ts';

const tags = ['scores'];
const HOW =
  'Names and reasons are Chinese, or English by `Accept-Language`. What has no model yet is null, with its reason in `missing`. Needs a key with the role `reader`.';

/** Adds the routes that score members as of this second. */
export function scoreRoutes(
  app: OpenAPIHono<ApiEnv>,
  { scores, countingNotice }: { scores: MemberScores; countingNotice: ReadCountingNotice },
  requires: RequireRole,
): void {
  const getScore = createRoute({
    method: 'get',
    path: '/v1/members/{userId}/score',
    operationId: 'getMemberScore',
    tags,
    summary: "One member's score",
    description: `Profile, stage, churn risk and value by what the member did until this second and last night's models. ${HOW}`,
    security: securityFor('reader'),
    middleware: requires('reader'),
    request: { params: MemberPath, query: ScoreQuery },
    responses: { 200: jsonResponse('The score', Score), ...guardedResponses, ...memberProblems },
  });
  app.openapi(getScore, async (c) => {
    const language = preferredLanguage(c.req.header('accept-language'));
    const { explain, asOf } = c.req.valid('query');
    const options = { explain: explain === 'true', language, asOf };
    const score = await scores.score(c.req.valid('param').userId, options);
    c.header('Content-Language', language);
    return c.json(await withCountingNotice(requireMember(score), countingNotice), 200);
  });

  const postScores = createRoute({
    method: 'post',
    path: '/v1/scores',
    operationId: 'postScores',
    tags,
    summary: 'Scores of many members',
    description: `Up to 100 scores in the order of the ids. What is wrong with one member stands in its place, and concerns no other. ${HOW}`,
    security: securityFor('reader'),
    middleware: requires('reader'),
    request: {
      query: ScoreQuery,
      body: { required: true, content: { 'application/json': { schema: ScoresRequest } } },
    },
    responses: {
      200: jsonResponse('The scores', ScoreList),
      ...guardedResponses,
      415: problemResponse('Not JSON: `not_json`'),
    },
  });
  app.openapi(postScores, async (c) => {
    const language = preferredLanguage(c.req.header('accept-language'));
    const { explain, asOf } = c.req.valid('query');
    const options = { explain: explain === 'true', language, asOf };
    const answers = await scores.scores(c.req.valid('json').userIds, options);
    c.header('Content-Language', language);
    return c.json(await withCountingNotice({ scores: answers }, countingNotice), 200);
  });
}
