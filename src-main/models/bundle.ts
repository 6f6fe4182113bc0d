import { ModelChangedError, ModelRefusedError } from './errors.ts';
import { sha256 } from './hash.ts';
import { inspectText } from './inspect.ts';
import type { TransformersModel } from './runtimes.ts';

export interface BundledFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** The files of a text model, which lie one after the other in its one file. */
export function bundled({ files }: TransformersModel, bytes: Uint8Array): BundledFile[] {
  let at = 0;
  return files.map(({ path, bytes: size }) => ({ path, bytes: bytes.subarray(at, (at += size)) }));
}

/** Each file has its digest, and graphs are such as are accepted. @throws ModelChangedError, ModelRefusedError */
export function checkBundle(model: TransformersModel, bytes: Uint8Array, name: string): void {
  for (const [index, file] of bundled(model, bytes).entries()) {
    if (sha256(file.bytes) !== model.files[index]?.digest) throw new ModelChangedError(name);
    if (!file.path.endsWith('.onnx')) {
      // Settings and vocabularies: read as data, never run.
      if (!/\.(json|txt)$/.test(file.path)) throw new ModelRefusedError([`“${file.path}” is neither a graph nor text`]);
      continue;
    }
    const problems = inspectText(file.bytes);
    if (problems.length > 0) throw new ModelRefusedError(problems);
  }
}
