import { readFile } from 'node:fs/promises';
import type { CallParsed } from '../../src-shared/bridge/calls.ts';
import { FolkmootError, toErrorView } from '../../src-shared/domain/errors.ts';
import type { Digest } from '../../src-shared/domain/ids.ts';
import type { ModelInspection } from '../../src-shared/domain/machine.ts';
import { splitBundle, type BundledFile } from '../models/bundle.ts';
import { readFolder } from '../models/folder.ts';
import { inspect, type Port } from '../models/inspect.ts';
import type { ModelLibrary } from '../models/library.ts';
import { insidePath } from '../models/onnx/inline.ts';
import { isTextFolder, textFolder } from '../models/text-folder.ts';
import type { Uploads } from './uploads.ts';

type Folder = CallParsed<'models.addFolder'>['files'];

/** A graph, and what speaks against it beside what is in it. Texts have any length: their graphs may have open shapes. */
interface Found {
  readonly graph: Uint8Array;
  readonly texts: boolean;
  readonly refusal: () => string | null;
}

/** The files of a folder that were handed over; they stay. @throws UploadError, OnnxFormatError for a path that leaves it */
export function handedFiles(files: Folder, uploads: Uploads): BundledFile[] {
  return files.map(({ path, upload }) => ({ path: insidePath(path), bytes: uploads.peek(upload) }));
}

/**
 * What is in a model, without running it.
 * @throws UploadError, LibraryError, OnnxFormatError, ModelRefusedError; `MODEL_NO_GRAPH` for models of servers
 */
export async function lookInto(
  of: CallParsed<'models.inspect'>,
  uploads: Uploads,
  library: ModelLibrary,
): Promise<ModelInspection> {
  const { graph, texts, refusal } =
    'upload' in of
      ? plain(uploads.peek(of.upload))
      : 'files' in of
        ? inFolder(handedFiles(of.files, uploads))
        : await installed(of.digest, library);
  const { ops, nodes, parameters, memoryEstimate, problems, inputs, outputs, dynamic } = inspect(graph);
  const open = dynamic && !texts ? ['a shape is not fixed: export it with a fixed batch'] : [];
  const first = [...problems, ...open];
  const other = first.length === 0 ? refusal() : null;
  return {
    ops,
    nodes,
    parameters,
    memoryEstimate,
    inputs: inputs.map(port),
    outputs: outputs.map(port),
    problems: other === null ? first : [other],
  };
}

function plain(graph: Uint8Array): Found {
  return { graph, texts: false, refusal: () => null };
}

function inFolder(files: readonly BundledFile[]): Found {
  if (!isTextFolder(files)) return plain(readFolder(files).bytes);
  const refusal = (): string | null => {
    try {
      textFolder(files, { name: 'model', description: '', author: '' });
      return null;
    } catch (error) {
      return toErrorView(error).message;
    }
  };
  const graph = files.find(({ path }) => path.endsWith('.onnx'));
  if (graph === undefined)
    throw new FolkmootError('MODEL_FOLDER', 'This folder has the tokenizer of a text model, but no .onnx file.');
  return { graph: graph.bytes, texts: true, refusal };
}

async function installed(digest: Digest, library: ModelLibrary): Promise<Found> {
  const path = await library.pathOf(digest);
  const runtime = (await library.get(digest))?.manifest.runtime;
  if (runtime === 'onnx') return plain(await readFile(path));
  const graph =
    runtime === 'transformers'
      ? splitBundle(await readFile(path)).files.find((file) => file.path.endsWith('.onnx'))
      : undefined;
  if (graph === undefined)
    throw new FolkmootError('MODEL_NO_GRAPH', 'This model runs on a server; there is no graph to look into.');
  return { ...plain(graph.bytes), texts: true };
}

function port({ name, dtype, shape }: Port): string {
  return `${name} ${dtype}[${shape.join(', ')}]`;
}
