// Named, so that a bundle holds this command and not all of the client, though the client is loaded on demand.
export { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
