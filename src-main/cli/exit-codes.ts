import { AmountError } from '../../src-shared/domain/amounts.ts';
import { FolkmootError } from '../../src-shared/domain/errors.ts';

/** What a program that calls the command line can rely on; documented in docs/hosts.md. */
export const EXIT = {
  ok: 0,
  /** Something broke on our side: a file that cannot be read, a port that is taken. */
  failed: 1,
  /** The command was not understood. */
  usage: 2,
  /** No node runs on the profile. */
  noNode: 3,
  /** The node understood and said no, with a code. */
  refused: 4,
  /** `start`: a node already runs on the profile. */
  busy: 5,
  /** `ask`: the task was posted, but no answer came (refunded, failed, waited too long). */
  noAnswer: 6,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The command was not understood. Code `USAGE`. */
export class UsageError extends FolkmootError {
  constructor(message: string, remedy?: string) {
    super('USAGE', message, remedy === undefined ? {} : { remedy });
  }
}

/** The node answered with an error; its code is kept. */
export class RefusedError extends FolkmootError {}

/** No answer to a task. Codes `REFUNDED`, `TASK_FAILED`, `WAITED_TOO_LONG`. */
export class NoAnswerError extends FolkmootError {}

export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof UsageError) return EXIT.usage;
  if (error instanceof RefusedError) return EXIT.refused;
  if (error instanceof NoAnswerError) return EXIT.noAnswer;
  // An amount that was typed; one that the node refused is a RefusedError.
  if (error instanceof AmountError) return EXIT.usage;
  if (!(error instanceof FolkmootError)) return EXIT.failed;
  if (error.code === 'NO_NODE') return EXIT.noNode;
  return error.code === 'PROFILE_BUSY' ? EXIT.busy : EXIT.failed;
}
