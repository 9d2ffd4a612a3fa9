import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { anonymousPartition } from '#lib/events/ids.ts';
import type { ApiEnv, RequireRole } from '#lib/http/shared/auth.ts';
import { memberProblems, requireMember } from '#lib/http/shared/member.ts';
import { guardedResponses, jsonResponse, securityFor } from '#lib/http/shared/responses.ts';
import { ExternalIdPath, Traits, TraitsQuery } from '#lib/http/traits/schema.ts';
import { preferredLanguage } from '#lib/platform/language.ts';
import type { MemberScores } from '#lib/scoring/live/member-scores.ts';

/** Adds the route by which tools that read profiles get a member's traits and score. */
export function traitsRoutes(app: OpenAPIHono<ApiEnv>, scores: MemberScores, requires: RequireRole): void {
  const getTraits = createRoute({
    method: 'get',
    path: '/v1/profiles/{externalId}/traits',
    operationId: 'getProfileTraits',
    tags: ['scores'],
    summary: "One member's traits, computed ones too",
    description:
      "What `identify` calls said and the figures of the score, in the shape of Segment's Profile API, for tools that read it. Needs a key with the role `reader`.",
    security: securityFor('reader'),
    middleware: requires('reader'),
    request: { params: ExternalIdPath, query: TraitsQuery },
    responses: { 200: jsonResponse('The traits', Traits), ...guardedResponses, ...memberProblems },
  });
  app.openapi(getTraits, async (c) => {
    const language = preferredLanguage(c.req.header('accept-language'));
    const { externalId } = c.req.valid('param');
    const traits = requireMember(await scores.traits(parseExternalId(externalId), { language }));
    c.header('Content-Language', language);
    return c.json(paginate(traits, c.req.valid('query'), new URL(c.req.url).pathname), 200);
  });
}

function parseExternalId(externalId: string): string {
  const colon = externalId.indexOf(':');
  const id = externalId.slice(colon + 1);
  return externalId.startsWith('user_id:') ? id : anonymousPartition(id);
}

function paginate(
  traits: Record<string, unknown>,
  { include, limit, next = '' }: TraitsQuery,
  url: string,
): Traits {
  const wanted = include === undefined ? undefined : new Set(include.split(','));
  const left = Object.entries(traits)
    .filter(([name]) => name > next && (wanted === undefined || wanted.has(name)))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const shown = left.slice(0, limit);
  const hasMore = left.length > shown.length;
  return {
    traits: Object.fromEntries(shown),
    cursor: { url, has_more: hasMore, next: hasMore ? (shown.at(-1)?.[0] ?? '') : '', limit },
  };
}
