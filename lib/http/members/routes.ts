import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { Member, Rebuild, Timeline, TimelineQuery } from '#lib/http/members/schema.ts';
import { RebuildJob } from '#lib/http/rebuilds/schema.ts';
import type { ApiEnv, RequireRole } from '#lib/http/shared/auth.ts';
import { type ReadCountingNotice, withCountingNotice } from '#lib/http/shared/counting.ts';
import { MemberPath, memberProblems, requireMember } from '#lib/http/shared/member.ts';
import { guardedResponses, jsonResponse, problemResponse, securityFor } from '#lib/http/shared/responses.ts';
import { preferredLanguage } from '#lib/platform/language.ts';
import { type Rebuilds, rebuildMember } from '#lib/rebuilds/rebuild-view.ts';

import type { MemberReader } from '#lib/scoring/live/member-view.ts';

const tags = ['members'];
const { 404: memberNotFound } = memberProblems;

/** Adds the routes that read and repair one member. */
export function memberRoutes(
  app: OpenAPIHono<ApiEnv>,
  {
    members,
    recounts,
    countingNotice,
  }: { members: MemberReader; recounts: Rebuilds; countingNotice: ReadCountingNotice },
  requires: RequireRole,
): void {
  const getMember = createRoute({
    method: 'get',
    path: '/v1/members/{userId}',
    operationId: 'getMember',
    tags,
    summary: 'One member',
    description:
      'Who this member is, what they did today, in the last 30 days and ever, what they paid, and their score. An event counts here at most three seconds after it was accepted. Needs a key with the role `reader`.',
    security: securityFor('reader'),
    middleware: requires('reader'),
    request: { params: MemberPath },
    responses: { 200: jsonResponse('The member', Member), ...guardedResponses, ...memberProblems },
  });
  app.openapi(getMember, async (c) => {
    const language = preferredLanguage(c.req.header('accept-language'));
    const member = await members.member(c.req.valid('param').userId, { language });
    c.header('Content-Language', language);
    return c.json(await withCountingNotice(requireMember(member), countingNotice), 200);
  });

  const getTimeline = createRoute({
    method: 'get',
    path: '/v1/members/{userId}/events',
    operationId: 'getMemberEvents',
    tags,
    summary: "One member's timeline",
    description:
      'The events of this member, newest first. Ask for the next page with the `cursor` of the last one. Needs a key with the role `reader`.',
    security: securityFor('reader'),
    middleware: requires('reader'),
    request: { params: MemberPath, query: TimelineQuery },
    responses: { 200: jsonResponse('A page of events', Timeline), ...guardedResponses, 404: memberNotFound },
  });
  app.openapi(getTimeline, async (c) => {
    const { limit, cursor } = c.req.valid('query');
    return c.json(requireMember(await members.timeline(c.req.valid('param').userId, { limit, cursor })), 200);
  });

  const rebuild = createRoute({
    method: 'post',
    path: '/v1/members/{userId}/rebuild',
    operationId: 'rebuildMember',
    tags,
    summary: "Count one member's events again",
    description:
      'Reads all events of this member from the log, and puts right what was counted wrongly. Safe to repeat. A member with too many events to wait for is counted in the background instead. Needs a key with the role `operator`.',
    security: securityFor('operator'),
    middleware: requires('operator'),
    request: { params: MemberPath },
    responses: {
      200: jsonResponse('What was found', Rebuild),
      202: jsonResponse('This takes longer: it goes on in the background, as this rebuild', RebuildJob),
      ...guardedResponses,
      404: memberNotFound,
      409: problemResponse(
        'This takes a rebuild in the background, and another is under way: `recount_in_progress`',
      ),
    },
  });
  app.openapi(rebuild, async (c) => {
    const { userId } = c.req.valid('param');
    const result = requireMember(await rebuildMember(userId, c.get('caller').id, { members, recounts }));
    return 'recountId' in result ? c.json(result, 202) : c.json(result, 200);
  });
}
