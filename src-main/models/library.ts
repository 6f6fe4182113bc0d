import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Digest } from '../../src-shared/domain/ids.ts';
import type { Log } from '../log.ts';
import { canonicalJson } from './canonical.ts';
import { deriveManifest, type OwnWords } from './derive.ts';
import { checkBundle } from './bundle.ts';
import { LibraryError, ModelChangedError, ModelRefusedError } from './errors.ts';
import { placeFolder, sweep } from './files.ts';
import { sha256, sha256File } from './hash.ts';
import { inspect, type Port } from './inspect.ts';
import { manifestDigest, MAX_MODEL_BYTES, parseManifest, type Manifest } from './manifest.ts';
import type { TensorSpec } from './tensors.ts';

export interface LibraryOptions {
  /** `resources/models` of the app; never written to. */
  readonly builtIn: string;
  /** `<profile>/models`; one folder per model, named after the manifest's digest. */
  readonly folder: string;
  readonly log: Log;
  readonly maxModels?: number;
  readonly maxBytes?: number;
}

export interface LibraryModel {
  readonly digest: Digest;
  readonly manifest: Manifest;
  readonly builtIn: boolean;
  /** Unchecked; `pathOf` checks it. */
  readonly path: string;
}

const MANIFEST = 'manifest.json';
/** Whatever the manifest calls it: names from peers never become paths. */
const MODEL = 'model.onnx';
const GIBIBYTE = 1024 ** 3;

/** The models this node has. The folders are the truth: what lies there is listed, nothing is remembered elsewhere. */
export class ModelLibrary {
  readonly #options: LibraryOptions;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: LibraryOptions) {
    this.#options = options;
  }

  /** Built-in models first. A folder that cannot be read is left out and said in the log. */
  async list(): Promise<LibraryModel[]> {
    const { builtIn, folder } = this.#options;
    return [...(await this.#scan(builtIn, true)), ...(await this.#scan(folder, false))];
  }

  async get(digest: Digest): Promise<LibraryModel | undefined> {
    return (await this.list()).find((model) => model.digest === digest);
  }

  /**
   * File of a model, hashed at this moment: use it at once. @throws LibraryError `MODEL_UNKNOWN`, ModelChangedError
   */
  async pathOf(digest: Digest): Promise<string> {
    const model = await this.get(digest);
    if (model === undefined) throw new LibraryError('MODEL_UNKNOWN', 'This node does not have that model.');
    const actual = await sha256File(model.path).catch(() => undefined);
    if (actual !== model.manifest.file.digest) throw new ModelChangedError(model.manifest.name);
    return model.path;
  }

  /** A person's own model. @throws OnnxFormatError, ModelRefusedError, ManifestError, LibraryError `MODEL_TOO_BIG`, `MODELS_FULL` */
  async add(source: string | Uint8Array, words: OwnWords): Promise<LibraryModel> {
    const bytes = typeof source === 'string' ? await readBounded(source) : source;
    return this.#place(deriveManifest(bytes, words), bytes);
  }

  /** A published model, as fetched from a peer: the bytes must be the ones the manifest names. @throws as `add`, ModelChangedError */
  async addPublished(manifest: Manifest, bytes: Uint8Array): Promise<LibraryModel> {
    if (bytes.length !== manifest.file.bytes || sha256(bytes) !== manifest.file.digest)
      throw new ModelChangedError(manifest.name);
    if (manifest.runtime !== 'onnx') return this.addMade(manifest, bytes);
    const { problems, inputs, outputs } = inspect(bytes);
    const all = [...problems, ...endProblems(manifest.inputs, inputs), ...endProblems(manifest.outputs, outputs)];
    if (all.length > 0) throw new ModelRefusedError(all);
    return this.#place(manifest, bytes);
  }

  /** A model that is no graph: its file is a description, or files of which each has its digest in the manifest. @throws ModelChangedError */
  async addMade(manifest: Manifest, bytes: Uint8Array): Promise<LibraryModel> {
    if (bytes.length !== manifest.file.bytes || sha256(bytes) !== manifest.file.digest)
      throw new ModelChangedError(manifest.name);
    if (manifest.runtime === 'transformers') checkBundle(bytes, manifest.name, manifest.transformers);
    return this.#place(manifest, bytes);
  }

  /** Removes a model of the person's own; false for built-in and unknown ones. */
  async remove(digest: Digest): Promise<boolean> {
    const model = await this.get(digest);
    if (model === undefined || model.builtIn) return false;
    await rm(join(this.#options.folder, digest.slice(2)), { recursive: true, force: true });
    return true;
  }

  /** One after the other, so that the caps hold and nobody replaces a folder that is being placed. */
  #place(manifest: Manifest, bytes: Uint8Array): Promise<LibraryModel> {
    const result = this.#turn.then(() => this.#placeNow(manifest, bytes));
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async #placeNow(manifest: Manifest, bytes: Uint8Array): Promise<LibraryModel> {
    const { folder, maxModels = 200, maxBytes = 8 * GIBIBYTE } = this.#options;
    const digest = manifestDigest(manifest);
    const present = await this.list();
    const known = present.find((model) => model.digest === digest && model.builtIn);
    if (known !== undefined) return known;
    const own = present.filter((model) => !model.builtIn && model.digest !== digest);
    const used = own.reduce((sum, model) => sum + model.manifest.file.bytes, bytes.length);
    if (own.length >= maxModels || used > maxBytes) {
      throw new LibraryError('MODELS_FULL', 'The model folder is full.', {
        remedy: 'Remove a model that you no longer need.',
      });
    }
    await mkdir(folder, { recursive: true });
    await sweep(folder);
    await placeFolder(folder, digest.slice(2), { [MODEL]: bytes, [MANIFEST]: canonicalJson(manifest) });
    return { digest, manifest, builtIn: false, path: join(folder, digest.slice(2), MODEL) };
  }

  async #scan(parent: string, builtIn: boolean): Promise<LibraryModel[]> {
    const entries = await readdir(parent, { withFileTypes: true }).catch(() => []);
    const names = entries
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map((entry) => entry.name);
    const models = await Promise.all(names.sort().map((name) => this.#read(parent, name, builtIn)));
    return models.filter((model) => model !== undefined);
  }

  async #read(parent: string, name: string, builtIn: boolean): Promise<LibraryModel | undefined> {
    try {
      const manifest = parseManifest(await readFile(join(parent, name, MANIFEST), 'utf8'));
      const digest = manifestDigest(manifest);
      if (!builtIn && digest !== `0x${name}`) throw new Error('the manifest was changed');
      return { digest, manifest, builtIn, path: join(parent, name, MODEL) };
    } catch (error) {
      this.#options.log(`models: ${name} is left out: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  }
}

/** How the declared ends differ from those of the graph; a dimension that the graph leaves open may be any. */
function endProblems(declared: readonly TensorSpec[], actual: readonly Port[]): string[] {
  return declared.flatMap(({ name, dtype, shape }) => {
    const port = actual.find((one) => one.name === name && one.dtype === dtype);
    if (port === undefined) return [`the graph has no “${name}” of type ${dtype}`];
    // A graph that says nothing of a shape shows one open dimension, whatever the rank.
    const isSilent = port.shape.length === 1 && typeof port.shape[0] === 'string';
    const fits =
      shape.length === port.shape.length &&
      port.shape.every((dimension, at) => typeof dimension === 'string' || dimension === shape[at]);
    return fits || isSilent ? [] : [`“${name}” is ${shown(port.shape)} in the graph, not ${shown(shape)}`];
  });
}

/** Names of open dimensions are the author's words, and there may be any number of them. */
function shown(shape: Port['shape']): string {
  return `[${shape
    .slice(0, 8)
    .map((dimension) => String(dimension).slice(0, 20))
    .join(', ')}]`;
}

/** For callers that have the file at hand; the app and the command line hand over bytes, at most 256 MiB. */
async function readBounded(path: string): Promise<Uint8Array> {
  const { size } = await stat(path);
  if (size > MAX_MODEL_BYTES) throw new LibraryError('MODEL_TOO_BIG', 'The file is larger than 512 MiB.');
  return readFile(path);
}
