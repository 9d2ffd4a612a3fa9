import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { isCalendarDate } from '#lib/events/calendar.ts';
import { ReportPath } from '#lib/http/reports/schema.ts';
import { artefact } from '#lib/http/shared/artefacts.ts';
import type { ApiEnv, RequireRole } from '#lib/http/shared/auth.ts';
import { type ReadCountingNotice, withCountingNotice } from '#lib/http/shared/counting.ts';
import { guardedResponses, jsonResponse, problemResponse, securityFor } from '#lib/http/shared/responses.ts';
import { ApiError } from '#lib/platform/errors.ts';
import type { Reports } from '#lib/reports/report-store.ts';

/** Adds the route with which reports are read. */
export function reportRoutes(
  app: OpenAPIHono<ApiEnv>,
  { reports, countingNotice }: { reports: Reports; countingNotice: ReadCountingNotice },
  requires: RequireRole,
): void {
  const getReport = createRoute({
    method: 'get',
    path: '/v1/reports/{date}',
    operationId: 'getReport',
    tags: ['reports'],
    summary: 'The community’s figures',
    description:
      'The report as of a date, or the newest: actions, active members, retention, revenue, feedback, lists of members to look after, and how far to trust it all. Made by the nightly run of that date. Needs a key with the role `reader`.',
    security: securityFor('reader'),
    middleware: requires('reader'),
    request: { params: ReportPath },
    responses: {
      200: jsonResponse('The report', () => artefact('Report')),
      ...guardedResponses,
      404: problemResponse('There is no report of this date: `report_not_found`'),
    },
  });
  app.openapi(getReport, async (c) => {
    const { date } = c.req.valid('param');
    const report = await reports.report(date);
    if (report === undefined)
      throw new ApiError(
        404,
        'report_not_found',
        date === 'latest'
          ? 'There is no report yet: the first nightly run makes one. POST /v1/runs starts it now.'
          : !isCalendarDate(date)
            ? `There is no report as of ${date}, which is no date.`
            : `There is no report as of ${date}. POST /v1/runs {"asOf":"${date}"} makes it.`,
      );
    return c.json(await withCountingNotice(report, countingNotice), 200);
  });
}
