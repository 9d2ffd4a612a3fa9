import { readJson, writeJson } from '#infra/local/host/json-file.ts';

/** Executions that have begun and not ended, by their ARN, with their input. */
type RunningExecutions = Record<string, string>;

/** Remembers what ran when the process ended, so that the next one can carry on as Step Functions would. */
export type ExecutionJournal = {
  running(): Readonly<RunningExecutions>;
  recordStart(executionArn: string, input: string): void;
  recordEnd(executionArn: string): void;
};

/** Opens the journal of the executions of all state machines. @param file JSON, made with the first execution */
export function openJournal(file: string): ExecutionJournal {
  const running = readJson<RunningExecutions>(file) ?? {};
  return {
    running: () => ({ ...running }),
    recordStart: (executionArn, input) => {
      running[executionArn] = input;
      writeJson(file, running);
    },
    recordEnd: (executionArn) => {
      delete running[executionArn];
      writeJson(file, running);
    },
  };
}
