import { amount } from '../../src-shared/domain/amounts.ts';
import { assertNever, FolkmootError } from '../../src-shared/domain/errors.ts';
import type { Amount, Digest, ModelId } from '../../src-shared/domain/ids.ts';
import type { DeterminismTest, DeviceId } from '../../src-shared/domain/machine.ts';
import type { InputPresentation, ModelView } from '../../src-shared/domain/models.ts';
import type { IndexRows } from '../chain/index-rows.ts';
import type { ChainModel } from '../chain/models-projection.ts';
import type { Store } from '../store/open.ts';
import { Settings } from '../store/settings.ts';
import { keptTest, onlyOn, outdated, type KeptTest, type TestPlace } from './determinism.ts';
import type { Manifest } from './manifest.ts';
import { wireBytes } from './tensors.ts';

/** A model whose files are on this machine. */
export interface LocalModel {
  readonly digest: Digest;
  readonly manifest: Manifest;
  readonly builtIn: boolean;
}

/** A model that is on this machine and registered on chain. */
export interface UsableModel extends LocalModel {
  readonly chain: ChainModel;
}

/** `MODEL_NOT_FOUND`, `MODEL_NOT_REGISTERED` */
export class CatalogueError extends FolkmootError {}

interface Preference {
  readonly optedIn: boolean;
  readonly minFee: Amount;
}

/**
 * What is known of each model, joined: files here, registration on chain, what the person allows.
 * @param defaultOptIn whether models that ship are allowed before the person said anything (sandbox only).
 * @param place where exact models would be computed now; null: nobody tests them here, as with the sandbox's peers.
 */
export class Catalogue {
  readonly #db: Store;
  readonly #settings: Settings;
  readonly #local: () => readonly LocalModel[];
  readonly #index: IndexRows;
  readonly #defaultOptIn: boolean;
  readonly #place: () => TestPlace | null;

  constructor(
    db: Store,
    local: () => readonly LocalModel[],
    index: IndexRows,
    defaultOptIn: boolean,
    place: () => TestPlace | null = () => null,
  ) {
    this.#db = db;
    this.#settings = new Settings(db);
    this.#local = local;
    this.#index = index;
    this.#defaultOptIn = defaultOptIn;
    this.#place = place;
  }

  views(): ModelView[] {
    return this.#local().map((model) => this.#view(model));
  }

  /** Of all models whose files are here. */
  digests(): Digest[] {
    return this.#local().map(({ digest }) => digest);
  }

  /** @throws CatalogueError `MODEL_NOT_FOUND` */
  local(digest: Digest): LocalModel {
    const model = this.#local().find((entry) => entry.digest === digest);
    if (model === undefined) throw new CatalogueError('MODEL_NOT_FOUND', 'There is no such model on this machine.');
    return model;
  }

  /** @throws CatalogueError `MODEL_NOT_FOUND`, `MODEL_NOT_REGISTERED` */
  usable(digest: Digest): UsableModel {
    const model = this.local(digest);
    const chain = this.#index.modelByDigest(digest);
    if (chain === undefined) {
      throw new CatalogueError(
        'MODEL_NOT_REGISTERED',
        `${model.manifest.name} is not registered on this network, so nobody could be paid for it.`,
        {
          remedy: 'Register it under Work first.',
        },
      );
    }
    return { ...model, chain };
  }

  /** The files behind a registered id, if they are here. */
  byId(id: ModelId): UsableModel | null {
    const chain = this.#index.model(id);
    const model = chain === undefined ? undefined : this.#local().find((entry) => entry.digest === chain.digest);
    return chain === undefined || model === undefined ? null : { ...model, chain };
  }

  preference(model: LocalModel): Preference {
    const row = this.#db.prepare('SELECT on_, min_fee FROM opt_ins WHERE digest = ?').get(model.digest) as
      | { on_: number; min_fee: string }
      | undefined;
    if (row !== undefined) return { optedIn: row.on_ === 1, minFee: row.min_fee as Amount };
    // Half of what askers usually offer, before the treasury's share.
    return { optedIn: model.builtIn && this.#defaultOptIn, minFee: amount(BigInt(model.manifest.fee) / 2n) };
  }

  setPreference(digest: Digest, change: Partial<Preference>): void {
    const { optedIn, minFee } = { ...this.preference(this.local(digest)), ...change };
    this.#db
      .prepare(
        'INSERT INTO opt_ins (digest, on_, min_fee) VALUES (?, ?, ?) ON CONFLICT (digest) DO UPDATE SET on_ = excluded.on_, min_fee = excluded.min_fee',
      )
      .run(digest, optedIn ? 1 : 0, minFee);
  }

  /** Whether it must be tested before it may be allowed: an exact graph that has not passed on this machine as it is. */
  needsTest(digest: Digest): boolean {
    const model = this.local(digest);
    return tested(model) && this.#test(model)?.passed !== true;
  }

  tested(test: KeptTest): void {
    this.#settings.set(`determinism.${test.model}`, test);
  }

  /**
   * Why it is not computed before a test, as part of a sentence; null: it may be. In a sandbox the models that ship work
   * while they are tested: only play money hangs on them.
   */
  untested(model: LocalModel): string | null {
    const place = this.#place();
    if (place === null || !tested(model) || (model.builtIn && this.#defaultOptIn)) return null;
    const kept = this.#kept(model);
    if (kept === null || outdated(kept, place)) return 'it is tested on this machine first';
    const only = onlyOn(kept, place);
    return only === undefined || place.devices.includes(only)
      ? null
      : 'it was tested on the processor only, which may not work now';
  }

  /** The one device that work of a model may go to; undefined: any. */
  onlyOn(digest: Digest): DeviceId | undefined {
    const [model, place] = [this.local(digest), this.#place()];
    const kept = place === null || !tested(model) ? null : this.#kept(model);
    return kept === null || place === null ? undefined : onlyOn(kept, place);
  }

  /** Whether a result of a device can be stood by: a card may have come, or begun to work, while it was computed. */
  trusts(digest: Digest, device: DeviceId): boolean {
    const [model, place] = [this.local(digest), this.#place()];
    if (place === null || !tested(model) || (model.builtIn && this.#defaultOptIn)) return true;
    const kept = this.#kept(model);
    return kept !== null && !outdated(kept, { ...place, devices: [] }) && kept.devices.includes(device);
  }

  #kept(model: LocalModel): KeptTest | null {
    return this.#settings.get(`determinism.${model.digest}`, keptTest, null);
  }

  /** The last test, as far as it holds for this machine as it is. */
  #test(model: LocalModel): KeptTest | null {
    const [kept, place] = [tested(model) ? this.#kept(model) : null, this.#place()];
    return kept === null || (place !== null && outdated(kept, place)) ? null : kept;
  }

  #determinism(model: LocalModel): DeterminismTest | null {
    const kept = this.#test(model);
    return kept === null ? null : { model: kept.model, passed: kept.passed, runs: kept.runs, at: kept.at };
  }

  #view(model: LocalModel): ModelView {
    const { manifest, digest, builtIn } = model;
    const chain = this.#index.modelByDigest(digest);
    const output = manifest.presentation.output;
    return {
      digest,
      id: chain?.id ?? null,
      name: manifest.name,
      author: manifest.author,
      description: manifest.description,
      class: manifest.verification.kind,
      runtime: manifest.runtime,
      memoryBytes: manifest.bounds.memoryBytes,
      determinism: this.#determinism(model),
      input: inputView(manifest),
      labels: output.kind === 'classes' ? output.labels : null,
      bytes: manifest.file.bytes,
      cid: manifest.file.cid,
      builtIn,
      modelFee: chain?.fee ?? amount(0n),
      suggestedFee: manifest.fee,
      ...this.preference(model),
      problem: chain === undefined ? 'It is not registered on this network.' : null,
    };
  }
}

function tested({ manifest }: LocalModel): boolean {
  return manifest.runtime === 'onnx' && manifest.verification.kind === 'exact';
}

function inputView(manifest: Manifest): InputPresentation {
  const shown = manifest.presentation.input;
  switch (shown.kind) {
    case 'image':
      // Colour pictures come as raw bytes: the drawing canvas is for grey ones.
      return shown.channels === 1
        ? { kind: 'image', width: shown.width, height: shown.height }
        : { kind: 'tensors', bytes: wireBytes(manifest.inputs) };
    case 'text':
      return { kind: 'text', maxBytes: shown.maxBytes };
    case 'table':
      return {
        kind: 'table',
        fields: shown.fields.map((field) =>
          field.kind === 'number'
            ? { name: field.name, unit: field.unit, min: field.min, max: field.max }
            : { name: field.name, min: 0, max: field.options.length - 1, options: field.options },
        ),
      };
    case 'tensors':
      return { kind: 'tensors', bytes: wireBytes(manifest.inputs) };
    default:
      return assertNever(shown);
  }
}
