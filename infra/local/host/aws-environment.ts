/** Region, account and credentials of this machine's "AWS". */
export type LocalAws = {
  region: string;
  accountId: string;
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
};

/** Those of the environment, for who sets `DYNAMODB_ENDPOINT` to a real one; made-up ones otherwise. */
export function localAws(env: NodeJS.ProcessEnv): LocalAws {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = env;
  const given = AWS_ACCESS_KEY_ID && AWS_SECRET_ACCESS_KEY;
  return {
    region: env['AWS_REGION'] || 'us-east-1',
    accountId: '000000000000',
    credentials: given
      ? {
          accessKeyId: AWS_ACCESS_KEY_ID,
          secretAccessKey: AWS_SECRET_ACCESS_KEY,
          ...(AWS_SESSION_TOKEN ? { sessionToken: AWS_SESSION_TOKEN } : {}),
        }
      : { accessKeyId: 'local', secretAccessKey: 'local' },
  };
}

/** What Lambda sets for the SDK; functions read it whenever they sign, so it stays while the stack runs. */
export function awsEnvironment({ region, credentials }: LocalAws): Record<string, string> {
  return {
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    ...(credentials.sessionToken ? { AWS_SESSION_TOKEN: credentials.sessionToken } : {}),
  };
}

/** Sets environment variables of this process. @returns puts back what was there before */
export function setEnvironment(variables: Readonly<Record<string, string>>): () => void {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, variables);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}
