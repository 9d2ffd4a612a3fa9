/**
 * Lambda's id of the invocation, which its log lines carry too; a made-up one where there is no Lambda.
 *
 * @param env what the runtime hands to a Hono app (`c.env`)
 */
export function readRequestId(env: unknown): string {
  const { lambdaContext } = (env ?? {}) as { lambdaContext?: { awsRequestId?: string } };
  return lambdaContext?.awsRequestId ?? crypto.randomUUID();
}
