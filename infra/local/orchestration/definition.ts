import type { StateMachineDefinition } from 'aws-local-stepfunctions';

type State = {
  Type: string;
  Resource?: string;
  TimeoutSeconds?: number;
  Retry?: { IntervalSeconds?: number; MaxDelaySeconds?: number }[];
  Catch?: unknown[];
  Branches?: States[];
  Iterator?: unknown;
  ItemProcessor?: States & { ProcessorConfig?: { Mode?: string } };
  [field: string]: unknown;
};
type States = { StartAt: string; States: Record<string, State> };

/** Retry intervals are this many times shorter here: the engines have no other users to recover from. */
export const retrySpeedup = 20;

/** Step Functions lets a task without a limit run for years; timers end after 24 days. */
const longestTimeoutSeconds = 2_000_000;
const lambdaArn = /^arn:aws[\w-]*:lambda:[^:]+:\d+:function:[^:]+$/;
/** Fields of a Distributed Map that change what happens, and that are not honoured. */
const unsupportedMapFields = [
  'ItemReader',
  'ItemBatcher',
  'ResultWriter',
  'ToleratedFailurePercentage',
  'ToleratedFailurePercentagePath',
  'ToleratedFailureCount',
  'ToleratedFailureCountPath',
];

const failure = 'local: the part has failed';
/** As Step Functions says it of a map run of which a child failed. */
const mapRunFailed = {
  Type: 'Fail',
  Error: 'States.ExceedToleratedFailureThreshold',
  Cause: 'The specified tolerated failure threshold was exceeded',
};

/**
 * Fits a definition to the library that runs it: a failed child of a Distributed Map fails the map as it does on AWS,
 * tasks without a time limit have none, and retries come sooner.
 * @throws Error naming the state that asks for something the local target does not do
 */
export function adaptDefinition(definition: StateMachineDefinition): StateMachineDefinition {
  const whole = definition as unknown as States;
  return { ...whole, ...adaptMachine(whole) } as unknown as StateMachineDefinition;
}

/** The function's ARN of every Task state, at any depth. State names are unique in a whole definition. */
export function findTaskResources(definition: StateMachineDefinition): Map<string, string> {
  const found = new Map<string, string>();
  const visit = ({ States }: States): void => {
    for (const [name, state] of Object.entries(States)) {
      if (state.Type === 'Task') found.set(name, state.Resource ?? '');
      for (const inner of [...(state.Branches ?? []), ...(state.ItemProcessor ? [state.ItemProcessor] : [])])
        visit(inner);
    }
  };
  visit(definition as unknown as States);
  return found;
}

function adaptMachine(machine: States): States {
  const states = Object.entries(machine.States).map(([name, state]) => [name, adaptState(name, state)]);
  return { ...machine, States: Object.fromEntries(states) };
}

function adaptState(name: string, state: State): State {
  const fit: State = { ...state };
  if (state.Retry) fit.Retry = state.Retry.map(shortenRetry);
  if (state.Type === 'Task') {
    if (!lambdaArn.test(state.Resource ?? '')) throw unsupported(name, `the resource ${state.Resource}`);
    fit.TimeoutSeconds = Math.min(state.TimeoutSeconds ?? longestTimeoutSeconds, longestTimeoutSeconds);
  }
  if (state.Branches) fit.Branches = state.Branches.map(adaptMachine);
  if (state.Iterator) throw unsupported(name, 'Iterator; use ItemProcessor');
  if (state.ItemProcessor) {
    const inner = adaptMachine(state.ItemProcessor);
    fit.ItemProcessor =
      state.ItemProcessor.ProcessorConfig?.Mode === 'DISTRIBUTED' ? adaptMapRun(name, state, inner) : inner;
  }
  return fit;
}

function shortenRetry(retrier: { IntervalSeconds?: number; MaxDelaySeconds?: number }) {
  const { IntervalSeconds = 1, MaxDelaySeconds } = retrier;
  return {
    ...retrier,
    IntervalSeconds: IntervalSeconds / retrySpeedup,
    ...(MaxDelaySeconds === undefined ? {} : { MaxDelaySeconds: MaxDelaySeconds / retrySpeedup }),
  };
}

/** The children of a Distributed Map are executions of their own, of whose errors the map knows nothing but that. */
function adaptMapRun(name: string, state: State, inner: States): States {
  for (const field of unsupportedMapFields) if (state[field]) throw unsupported(name, field);
  if (JSON.stringify(inner).includes('$$.Execution'))
    throw unsupported(name, 'a child that asks for its own $$.Execution');
  const caught = (one: State): State => {
    if (!['Task', 'Map', 'Parallel'].includes(one.Type)) return one.Type === 'Fail' ? mapRunFailed : one;
    return { ...one, Catch: [...(one.Catch ?? []), { ErrorEquals: ['States.ALL'], Next: failure }] };
  };
  const states = Object.entries(inner.States).map(([key, one]) => [key, caught(one)]);
  return { ...inner, States: { ...Object.fromEntries(states), [failure]: mapRunFailed } };
}

function unsupported(name: string, what: string): Error {
  return new Error(`the state ${name} has ${what}, which the local target does not do`);
}
