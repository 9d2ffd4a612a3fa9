import { readJson, writeJson } from '#infra/local/host/json-file.ts';

/** Executions that have begun and not ended, by their ARN, with their input. */
type Begun = Record<string, string>;

/** Remembers what ran when the process ended, so that the next one can carry on as Step Functions would. */
export type ExecutionJournal = {
  begun(): Readonly<Begun>;
  began(executionArn: string, input: string): void;
  ended(executionArn: string): void;
};

/** Opens the journal of the executions of all state machines. @param file JSON, made with the first execution */
export function openJournal(file: string): ExecutionJournal {
  const running = readJson<Begun>(file) ?? {};
  return {
    begun: () => ({ ...running }),
    began: (executionArn, input) => {
      running[executionArn] = input;
      writeJson(file, running);
    },
    ended: (executionArn) => {
      delete running[executionArn];
      writeJson(file, running);
    },
  };
}
