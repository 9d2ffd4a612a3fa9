import * as z from 'zod/mini';
import { STAGES } from '#lib/models/model-files.ts';
import { described } from '#lib/platform/artefact.ts';
import { type InferLazy, lazySchema } from '#lib/platform/lazy-schema.ts';

/** The lists of members to look after. */
export const LISTS = ['atRiskAndValuable', 'rising', 'newAndStuck', 'topHelpers'] as const;
export type ListName = (typeof LISTS)[number];

/** One member of a list, with what it takes to say why in words. */
export const listedMember = lazySchema(() =>
  z.object({
    userId: z.string(),
    name: z.nullable(z.string()),
    stage: z.enum(STAGES),
    profileId: z.nullable(z.string()),
    /** e.g. `churnRisk`, `valueMinor`, `recencyDays`, `interactions30`, `before30` */
    why: described(z.record(z.string(), z.number()), 'The figures that the list is by'),
  }),
);
export type ListedMember = InferLazy<typeof listedMember>;
