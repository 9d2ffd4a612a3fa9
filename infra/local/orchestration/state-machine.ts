import { randomUUID } from 'node:crypto';
import type { StateMachineDefinition } from 'aws-local-stepfunctions';
import type { LocalFunction } from '#infra/local/lambda/functions.ts';
import { adaptDefinition, findTaskResources } from './definition.ts';
import {
  checkInput,
  checkName,
  checkSize,
  describeFailure,
  type Execution,
  type ExecutionJournal,
  failureOutcome,
  invokeTask,
  outcomeOfError,
  StartExecutionError,
  successOutcome,
  type TerminalError,
} from './execution.ts';

export type LocalStateMachine = {
  name: string;
  arn: string;
  /**
   * Starts an execution; one that runs already under this name with this input is the same one.
   * @param input JSON text
   * @throws ExecutionRefused
   */
  start(input: string, name?: string): Execution;
  find(executionArn: string): Execution | undefined;
  /** Resolves when an execution is over, however it ended. */
  waitFor(executionArn: string): Promise<void>;
  /**
   * Begins again, under their own names, the executions that ran when the last process ended: Step Functions would
   * have carried on with them, and a step may be done twice. Resolves when they are over.
   */
  resume(): Promise<void>;
  /** Aborts what runs; `resume` begins it again. Functions that are at work go on, unheard. */
  stop(): void;
};

type Running = { execution: Execution; abort: () => void; ended: Promise<void> };

/**
 * Makes a state machine of a synthesized definition, whose tasks call local functions.
 * @param functionOf finds a function by its ARN
 * @param journal where it is kept which executions run
 * @param log called with every attempt and every execution that failed
 * @throws Error naming the state that is invalid or that asks for what the local target does not do
 */
export async function loadStateMachine(
  { name, arn }: { name: string; arn: string },
  definition: StateMachineDefinition,
  functionOf: (arn: string) => LocalFunction,
  { journal, log }: { journal: ExecutionJournal; log(message: string): void },
): Promise<LocalStateMachine> {
  const { StateMachine } = await import('aws-local-stepfunctions');
  new StateMachine(definition); // checks it
  const machine = new StateMachine(adaptDefinition(definition), { validationOptions: { noValidate: true } });
  const tasks = [...findTaskResources(definition)].map(
    ([state, resource]) => [state, functionOf(resource)] as const,
  );
  const executions = new Map<string, Running>();

  function run(execution: Execution): Running {
    let violation: TerminalError | undefined;
    const isOver = () => execution.status !== 'RUNNING';
    const handlers = tasks.map(([state, fn]) => [
      state,
      (input: unknown) => invokeTask(state, fn, input, isOver),
    ]);
    const { result, abort, eventLogs } = machine.run(JSON.parse(execution.input), {
      overrides: { taskResourceLocalHandlers: Object.fromEntries(handlers) },
      context: {
        Execution: { Id: execution.executionArn, Name: execution.name, RedriveCount: 0 },
        StateMachine: { Id: arn, Name: name },
      },
    });
    const watched = (async () => {
      for await (const event of eventLogs) {
        if (!('state' in event) || isOver()) continue;
        const { name: state, input, output } = event.state;
        const attempt = 'retry' in event && event.retry.attempt;
        if (attempt) log(`${execution.name}: ${state} failed and is tried again (retry ${attempt})`);
        violation ??= checkSize(state, input) ?? checkSize(state, output);
        if (violation) abort();
      }
    })();
    const ended = result.then(successOutcome, outcomeOfError).then(async (ending) => {
      await watched; // the last of the events may report too much output
      if (isOver()) return;
      journal.recordEnd(execution.executionArn);
      Object.assign(execution, violation ? failureOutcome(violation) : ending, {
        stopDate: Date.now() / 1_000,
      });
      if (execution.status !== 'SUCCEEDED') log(`${name}: ${describeFailure(execution)}`);
    });
    return { execution, abort, ended };
  }

  const executionPrefix = `${arn.replace(':stateMachine:', ':execution:')}:`;
  function begin(executionArn: string, input: string): Running {
    journal.recordStart(executionArn, input);
    const running = run({
      executionArn,
      stateMachineArn: arn,
      name: executionArn.slice(executionPrefix.length),
      status: 'RUNNING',
      startDate: Date.now() / 1_000,
      input,
    });
    executions.set(executionArn, running);
    return running;
  }

  return {
    name,
    arn,
    start: (input, wanted = randomUUID()) => {
      checkName(wanted);
      checkInput(input);
      const executionArn = executionPrefix + wanted;
      const known = executions.get(executionArn)?.execution;
      if (known?.status === 'RUNNING' && known.input === input) return known;
      if (known)
        throw new StartExecutionError(
          'ExecutionAlreadyExists',
          `Execution Already Exists: '${executionArn}'`,
        );
      return begin(executionArn, input).execution;
    },
    find: (executionArn) => executions.get(executionArn)?.execution,
    waitFor: (executionArn) => executions.get(executionArn)?.ended ?? Promise.resolve(),
    resume: async () => {
      const ours = Object.entries(journal.running()).filter(([one]) => one.startsWith(executionPrefix));
      await Promise.all(ours.map(([executionArn, input]) => begin(executionArn, input).ended));
    },
    stop: () => {
      for (const { execution, abort } of executions.values()) {
        if (execution.status !== 'RUNNING') continue;
        Object.assign(execution, { status: 'ABORTED', stopDate: Date.now() / 1_000 });
        abort();
      }
    },
  };
}
