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

/** Waits before a retry are this many times shorter here: nobody else needs the engines to come back to rest. */
export const retriesSooner = 20;

/** Step Functions lets a task without a limit run for years; timers end after 24 days. */
const longestTimeoutSeconds = 2_000_000;
const lambdaArn = /^arn:aws[\w-]*:lambda:[^:]+:\d+:function:[^:]+$/;
/** Fields of a Distributed Map that change what happens, and that are not honoured. */
const unknownMapFields = [
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
export function localDefinition(definition: StateMachineDefinition): StateMachineDefinition {
  const whole = definition as unknown as States;
  return { ...whole, ...fitted(whole) } as unknown as StateMachineDefinition;
}

/** The function's ARN of every Task state, at any depth. State names are unique in a whole definition. */
export function taskResources(definition: StateMachineDefinition): Map<string, string> {
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

function fitted(machine: States): States {
  const states = Object.entries(machine.States).map(([name, state]) => [name, fittedState(name, state)]);
  return { ...machine, States: Object.fromEntries(states) };
}

function fittedState(name: string, state: State): State {
  const fit: State = { ...state };
  if (state.Retry) fit.Retry = state.Retry.map(sooner);
  if (state.Type === 'Task') {
    if (!lambdaArn.test(state.Resource ?? '')) throw unknown(name, `the resource ${state.Resource}`);
    fit.TimeoutSeconds = Math.min(state.TimeoutSeconds ?? longestTimeoutSeconds, longestTimeoutSeconds);
  }
  if (state.Branches) fit.Branches = state.Branches.map(fitted);
  if (state.Iterator) throw unknown(name, 'Iterator; use ItemProcessor');
  if (state.ItemProcessor) {
    const inner = fitted(state.ItemProcessor);
    fit.ItemProcessor =
      state.ItemProcessor.ProcessorConfig?.Mode === 'DISTRIBUTED' ? asMapRun(name, state, inner) : inner;
  }
  return fit;
}

function sooner(retrier: { IntervalSeconds?: number; MaxDelaySeconds?: number }) {
  const { IntervalSeconds = 1, MaxDelaySeconds } = retrier;
  return {
    ...retrier,
    IntervalSeconds: IntervalSeconds / retriesSooner,
    ...(MaxDelaySeconds === undefined ? {} : { MaxDelaySeconds: MaxDelaySeconds / retriesSooner }),
  };
}

/** The children of a Distributed Map are executions of their own, of whose errors the map knows nothing but that. */
function asMapRun(name: string, state: State, inner: States): States {
  for (const field of unknownMapFields) if (state[field]) throw unknown(name, field);
  if (JSON.stringify(inner).includes('$$.Execution'))
    throw unknown(name, 'a child that asks for its own $$.Execution');
  const caught = (one: State): State => {
    if (!['Task', 'Map', 'Parallel'].includes(one.Type)) return one.Type === 'Fail' ? mapRunFailed : one;
    return { ...one, Catch: [...(one.Catch ?? []), { ErrorEquals: ['States.ALL'], Next: failure }] };
  };
  const states = Object.entries(inner.States).map(([key, one]) => [key, caught(one)]);
  return { ...inner, States: { ...Object.fromEntries(states), [failure]: mapRunFailed } };
}

function unknown(name: string, what: string): Error {
  return new Error(`the state ${name} has ${what}, which the local target does not do`);
}
