import { FolkmootError } from '../../src-shared/domain/errors.ts';

/** A manifest that is not one, or contradicts itself. Code `MANIFEST`. */
export class ManifestError extends FolkmootError {
  constructor(why: string) {
    super('MANIFEST', `This is not a usable model manifest: ${why}.`);
  }
}

/** What was given does not fit the model's input. Codes `INPUT_SIZE`, `INPUT_VALUE`, `INPUT_KIND`, `INPUT_TOO_LONG`. */
export class InputError extends FolkmootError {}

/** A result that does not have the declared shape. Code `OUTPUT_SIZE`. */
export class OutputError extends FolkmootError {}

/** The file is not ONNX that we read, or is cut off. Code `ONNX_FORMAT`. */
export class OnnxFormatError extends FolkmootError {
  constructor(why: string) {
    super('ONNX_FORMAT', `The model file cannot be read: ${why}.`);
  }
}

/** The graph was read and is not accepted; `problems` says why, one sentence each. Code `MODEL_REFUSED`. */
export class ModelRefusedError extends FolkmootError {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super('MODEL_REFUSED', `The model is refused: ${problems.slice(0, 5).join('; ')}.`);
    this.problems = problems;
  }
}

/** The file on disk no longer has the digest that its manifest states. Code `MODEL_CHANGED`. */
export class ModelChangedError extends FolkmootError {
  constructor(name: string) {
    super('MODEL_CHANGED', `The file of the model “${name}” is not the one its manifest describes.`, {
      remedy: 'Remove the model and add it again from a copy you trust.',
    });
  }
}

/** Library errors: `MODEL_UNKNOWN`, `MODEL_TOO_BIG`, `MODELS_FULL`. */
export class LibraryError extends FolkmootError {}
