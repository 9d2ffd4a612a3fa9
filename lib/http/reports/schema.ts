import { z } from '@hono/zod-openapi';
import { calendarDate } from '#lib/http/runs/schema.ts';

export const ReportPath = z.object({
  date: z.union([z.literal('latest'), calendarDate('')]).openapi({
    param: { name: 'date', in: 'path' },
    description: 'The report’s date, or `latest`',
    example: 'latest',
  }),
});
