/**
 * The models of a community, each a file `models/<kind>/<version>.json` that is never changed. What is in it: `schema.ts` of
 * the kind's folder.
 */
export const MODEL_KINDS = ['community', 'profiles', 'lifecycle', 'value', 'influence'] as const;
export type ModelKind = (typeof MODEL_KINDS)[number];

/** The stages of a member's life in the community (生命周期). */
export const STAGES = ['new', 'active', 'returning', 'silent', 'churned'] as const;
export type Stage = (typeof STAGES)[number];
