import { Duration } from 'aws-cdk-lib';
import {
  type Chain,
  Fail,
  type IChainable,
  JitterType,
  JsonPath,
  TaskInput,
  Timeout,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import type { ServiceFunction } from '#infra/base/service-function.ts';
import type { StepName } from '#lib/pipeline/run/run-view.ts';

type InvokeTaskOptions = {
  fn: ServiceFunction;
  /** What the function gets; the state's whole input by default. */
  payload?: Record<string, unknown>;
  /** Instead of what the function returns: its answer is dropped, and the input goes on. */
  discardResult?: boolean;
};

/** What says that Lambda had no room or stumbled: nothing ran. */
const TRANSIENT_LAMBDA_ERRORS = [
  'Lambda.TooManyRequestsException',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.ClientExecutionTimeoutException',
];

/** A call of a function, which is repeated when it fails: every step of a run may be done twice. */
export function invokeTask(
  scope: Construct,
  id: string,
  { fn, payload, discardResult: dropsAnswer }: InvokeTaskOptions,
): LambdaInvoke {
  const task = new LambdaInvoke(scope, id, {
    lambdaFunction: fn.lambda,
    payloadResponseOnly: true,
    retryOnServiceExceptions: false,
    taskTimeout: Timeout.duration(fn.lambda.timeout!.plus(Duration.minutes(1))),
    ...(payload ? { payload: TaskInput.fromObject(payload) } : {}),
    ...(dropsAnswer ? { resultPath: JsonPath.DISCARD } : {}),
  });
  // A request that can never succeed, such as a date in the future.
  task.addRetry({ errors: ['ApiError'], maxAttempts: 0 });
  // An account whose concurrency is still 10 runs four times as many parts as it has room for.
  task.addRetry({
    errors: TRANSIENT_LAMBDA_ERRORS,
    interval: Duration.seconds(2),
    maxDelay: Duration.minutes(1),
    maxAttempts: 20,
    jitterStrategy: JitterType.FULL,
  });
  task.addRetry({ interval: Duration.seconds(10), backoffRate: 3, maxAttempts: 2 });
  return task;
}

export type RecordFailureOptions = {
  failRun: ServiceFunction;
  step: StepName;
  /** Where the execution ends; a Fail of its own by default, as a branch cannot lead out of itself. */
  end?: IChainable;
};

/** What follows on an error in `$.error`: the run's record says which step failed and why, then the execution fails. */
export function recordFailure(
  scope: Construct,
  id: string,
  { failRun, step: failed, end }: RecordFailureOptions,
): Chain {
  const payload = { runId: JsonPath.stringAt('$.runId'), step: failed, error: JsonPath.objectAt('$.error') };
  return invokeTask(scope, id, { fn: failRun, payload, discardResult: true }).next(
    end ??
      new Fail(scope, `${id}: end`, {
        errorPath: JsonPath.stringAt('$.error.Error'),
        causePath: JsonPath.stringAt('$.error.Cause'),
      }),
  );
}
