import { type Env, required } from '#lib/platform/env.ts';
import { toStoreError } from '#lib/platform/errors.ts';

/**
 * Reads the owner secret that `OWNER_SECRET_ARN` names from Secrets Manager (`SECRETS_ENDPOINT`: another address
 * than AWS's own). The client is loaded with the first read, so a start that needs no secret does not pay for it.
 * @throws StoreError
 */
export function ownerSecretReader(env: Env): () => Promise<string> {
  const secretId = required(env, 'OWNER_SECRET_ARN');
  const endpoint = env['SECRETS_ENDPOINT'];
  return async () => {
    try {
      const { SecretsManagerClient, GetSecretValueCommand } = await import('./sdk/secrets-manager-client.ts');
      const client = new SecretsManagerClient({ maxAttempts: 2, ...(endpoint && { endpoint }) });
      try {
        const read = new GetSecretValueCommand({ SecretId: secretId });
        const { SecretString } = await client.send(read, { abortSignal: AbortSignal.timeout(3_000) });
        return SecretString ?? '';
      } finally {
        client.destroy();
      }
    } catch (cause) {
      throw toStoreError('read the owner secret', cause);
    }
  };
}
