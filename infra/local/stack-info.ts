/** What one needs to know to use a running local stack; written to `<data-dir>/stack.json`. */
export type StackInfo = {
  /** `http://127.0.0.1:3000` */
  api: string;
  /** Key of the demo app: may send events. */
  writeKey: string;
  /** Key of an owner: may do everything. */
  secretKey: string;
  /** Addresses of the engines. */
  dynamodb: string;
  s3: string;
  sqs: string;
  /** Physical names. */
  tables: { events: string; members: string; rewards: string; control: string };
  buckets: { data: string; imports: string };
  /** URLs. */
  queues: { failures: string; countingFailures: string; imports: string };
  /** What `ZHIQUN_LOCAL_SEED` must be for streams to be delivered in this run's order again. */
  seed: number;
};

/** Everything of it but the keys and the seed, from the template's outputs. @throws Error naming an output that is missing */
export function buildStackInfo(
  output: (name: string) => string | undefined,
  endpoints: { dynamodb: string; s3: string; sqs: string },
): Omit<StackInfo, 'writeKey' | 'secretKey' | 'seed'> {
  const outputValue = (name: string): string => {
    const value = output(name);
    if (value === undefined)
      throw new Error(
        `The template has no output ${name}; the local target reads it (infra/local/stack-info.ts)`,
      );
    return value;
  };
  return {
    api: outputValue('ApiUrl'),
    ...endpoints,
    tables: {
      events: outputValue('EventsTable'),
      members: outputValue('MembersTable'),
      rewards: outputValue('RewardsTable'),
      control: outputValue('ControlTable'),
    },
    buckets: { data: outputValue('DataBucket'), imports: outputValue('ImportsBucket') },
    queues: {
      failures: outputValue('FailuresQueueUrl'),
      countingFailures: outputValue('CountingFailuresQueueUrl'),
      imports: outputValue('ImportsQueueUrl'),
    },
  };
}
