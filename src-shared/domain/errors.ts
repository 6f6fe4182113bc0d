/** Base of every named error. `code` is stable and crosses process and bridge borders; `message` is for people. */
export class FolkmootError extends Error {
  readonly code: string;
  /** What the person can do about it, if anything. */
  readonly remedy: string | undefined;

  constructor(code: string, message: string, options: { cause?: unknown; remedy?: string } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.remedy = options.remedy;
  }
}

/** How an error crosses a border: no stack, nothing that was not meant for people. */
export interface ErrorView {
  readonly code: string;
  readonly message: string;
  readonly remedy?: string;
}

export function toErrorView(error: unknown): ErrorView {
  if (error instanceof FolkmootError) {
    return error.remedy === undefined
      ? { code: error.code, message: error.message }
      : { code: error.code, message: error.message, remedy: error.remedy };
  }
  return { code: 'INTERNAL', message: error instanceof Error ? error.message : String(error) };
}

export function fromErrorView(view: ErrorView): FolkmootError {
  return new FolkmootError(view.code, view.message, view.remedy === undefined ? {} : { remedy: view.remedy });
}

/** Exhaustiveness: the compiler names the case that was forgotten. */
export function assertNever(value: never): never {
  throw new FolkmootError('UNREACHABLE', `unexpected value ${JSON.stringify(value)}`);
}
