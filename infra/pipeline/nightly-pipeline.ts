import { Duration } from 'aws-cdk-lib';
import {
  DistributedMap,
  Fail,
  type IChainable,
  JsonPath,
  Parallel,
  Pass,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { invokeTask, PartitionedMachine, recordFailure } from '#infra/base/partitioned-machine.ts';
import type { ServiceFunction } from '#infra/base/service-function.ts';
import { MODEL_KINDS } from '#lib/models/model-files.ts';
import type { PipelineFunctions } from './pipeline-functions.ts';

/** Parts that are worked on at the same time. */
const MAX_CONCURRENT_PARTS = 40;

/**
 * The nightly run as a state machine: plan → snapshot of all members in parts → the fits beside each other → scores in
 * parts → publish. An execution's name is its run's id. Its input is `{}` or `{asOf, by}`; from state to state go the
 * run's id, its date and the list of its parts, never data.
 */
export class NightlyPipeline extends PartitionedMachine {
  constructor(scope: Construct, id: string, functions: PipelineFunctions) {
    super(scope, id, {
      name: 'night',
      comment: 'The nightly run of zhiqun',
      timeout: Duration.hours(6),
      functions: Object.values(functions.all),
      definition: (night) => buildDefinition(night, functions),
      noLogsReason:
        'Step Functions itself keeps every event of a standard execution for 90 days, and each run has a record of its steps; a second copy in a log group would need the right to manage all log deliveries of the account.',
      noTracesReason:
        'A run has a dozen calls of functions, whose times its history already shows. Traces would need rights on all resources, and the functions send none.',
    });
  }
}

function buildDefinition(scope: Construct, functions: PipelineFunctions): IChainable {
  const { plan, snapshot, audit, fit, score, publish, failRun } = functions;
  const run = { runId: JsonPath.stringAt('$.runId'), asOf: JsonPath.stringAt('$.asOf') };
  const failed = new Fail(scope, 'Run failed', {
    errorPath: JsonPath.stringAt('$.error.Error'),
    causePath: JsonPath.stringAt('$.error.Cause'),
  });

  /** A step that is done part by part, each in an execution of its own: their histories would not fit into one. */
  const inParts = (name: 'snapshot' | 'score', fn: ServiceFunction) => {
    const part = invokeTask(scope, `${capitalize(name)} a part`, { fn });
    part.addCatch(recordFailure(scope, `${capitalize(name)} of a part failed`, { failRun, step: name }), {
      resultPath: '$.error',
    });
    const map = new DistributedMap(scope, capitalize(name), {
      label: name,
      itemsPath: '$.parts',
      maxConcurrency: MAX_CONCURRENT_PARTS,
      resultPath: JsonPath.DISCARD,
    }).itemProcessor(part);
    return map.addCatch(
      recordFailure(scope, `${capitalize(name)} failed`, { failRun, step: name, end: failed }),
      {
        resultPath: '$.error',
      },
    );
  };

  const fits = new Parallel(scope, 'Fit', { resultPath: JsonPath.DISCARD });
  for (const kind of MODEL_KINDS) {
    const one = invokeTask(scope, `Fit ${kind}`, { fn: fit, payload: { ...run, kind } });
    fits.branch(
      one.addCatch(recordFailure(scope, `Fit of ${kind} failed`, { failRun, step: `fit-${kind}` }), {
        resultPath: '$.error',
      }),
    );
  }
  // The run goes on without it, and the report says so.
  const check = invokeTask(scope, 'Audit', { fn: audit, payload: run });
  fits.branch(check.addCatch(new Pass(scope, 'Audit failed'), { resultPath: '$.error' }));
  fits.addCatch(failed, { resultPath: '$.error' });

  const first = invokeTask(scope, 'Plan', { fn: plan });
  first.addCatch(recordFailure(scope, 'Plan failed', { failRun, step: 'plan', end: failed }), {
    resultPath: '$.error',
  });
  const last = invokeTask(scope, 'Publish', { fn: publish, payload: run });
  last.addCatch(recordFailure(scope, 'Publish failed', { failRun, step: 'publish', end: failed }), {
    resultPath: '$.error',
  });
  // A path into the context may be a state's whole input; so the name gets beside what the execution was given.
  return new Pass(scope, 'Name', { inputPath: '$$.Execution.Name', resultPath: '$.runId' })
    .next(first)
    .next(inParts('snapshot', snapshot))
    .next(fits)
    .next(inParts('score', score))
    .next(last);
}

const capitalize = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
