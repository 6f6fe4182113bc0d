import { LibraryError } from './errors.ts';
import { parseManifest, type Manifest } from './manifest.ts';
import { inlineWeights, insidePath, type FolderFile } from './onnx/inline.ts';

/**
 * A graph with its weights in files beside it, as exporters write large models, as one file; and the manifest of its
 * author, if one lies there. @throws LibraryError `MODEL_FOLDER`, OnnxFormatError, ModelRefusedError, ManifestError
 */
export function readFolder(files: readonly FolderFile[]): {
  readonly bytes: Uint8Array;
  readonly manifest: Manifest | null;
} {
  const named = files.map(({ path, bytes }) => ({ path: insidePath(path), bytes }));
  if (new Set(named.map(({ path }) => path)).size !== named.length)
    throw new LibraryError('MODEL_FOLDER', 'Two files of the folder have the same name.');
  const graphs = named.filter(({ path }) => path.toLowerCase().endsWith('.onnx'));
  const [graph] = graphs;
  if (graph === undefined || graphs.length > 1)
    throw new LibraryError('MODEL_FOLDER', `A model folder holds one .onnx file; this one has ${graphs.length}.`);
  const manifest = named.find(({ path }) => path === 'manifest.json');
  return {
    bytes: inlineWeights(graph, named),
    manifest: manifest === undefined ? null : parseManifest(new TextDecoder().decode(manifest.bytes)),
  };
}
