/** The steps of a nightly run, in order; the fits run beside each other. */
export const STEPS = [
  'plan',
  'snapshot',
  'audit',
  'fit-community',
  'fit-profiles',
  'fit-lifecycle',
  'fit-value',
  'fit-influence',
  'score',
  'publish',
] as const;
export type StepName = (typeof STEPS)[number];

export interface StepView {
  name: StepName;
  state: 'waiting' | 'running' | 'done' | 'failed';
  /** parts done so far, and how many there are; of `snapshot` and `score` */
  done?: number;
  of?: number;
  startedAt?: string;
  endedAt?: string;
}

/** One nightly run, as `GET /v1/runs/{runId}` answers it. */
export interface RunView {
  runId: string;
  state: 'running' | 'done' | 'failed';
  asOf: string;
  /** the id of the key that asked for it, or `schedule` */
  startedBy: string;
  startedAt: string;
  endedAt?: string;
  steps: StepView[];
  /** which step failed, and why */
  error?: { step: StepName; message: string };
  /** whether its models went live; not when newer ones are */
  live?: boolean;
}

/** Nightly runs as the API sees them. */
export interface Runs {
  /**
   * Starts a run. @param asOf YYYY-MM-DD, today by default
   * @throws ApiError 409 `run_in_progress` naming the one that is under way; 400 for a date in the future
   */
  start(request: { asOf?: string | undefined; by: string }): Promise<RunView>;
  get(runId: string): Promise<RunView | undefined>;
  /** newest first, at most 50 */
  list(): Promise<RunView[]>;
}
