import { z } from 'zod';
import { amount } from '../../src-shared/domain/amounts.ts';
import { assertNever, FolkmootError } from '../../src-shared/domain/errors.ts';
import type { Amount, Digest, ModelId } from '../../src-shared/domain/ids.ts';
import type { DeterminismTest } from '../../src-shared/domain/machine.ts';
import type { InputPresentation, ModelView } from '../../src-shared/domain/models.ts';
import type { IndexRows } from '../chain/index-rows.ts';
import type { ChainModel } from '../chain/models-projection.ts';
import type { Store } from '../store/open.ts';
import { Settings } from '../store/settings.ts';
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
 */
export class Catalogue {
  readonly #db: Store;
  readonly #settings: Settings;
  readonly #local: () => readonly LocalModel[];
  readonly #index: IndexRows;
  readonly #defaultOptIn: boolean;

  constructor(db: Store, local: () => readonly LocalModel[], index: IndexRows, defaultOptIn: boolean) {
    this.#db = db;
    this.#settings = new Settings(db);
    this.#local = local;
    this.#index = index;
    this.#defaultOptIn = defaultOptIn;
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

  /** Whether it must be tested before it may be allowed: an exact graph without a test that it passed. */
  needsTest(digest: Digest): boolean {
    const model = this.local(digest);
    return tested(model) && this.#determinism(model)?.passed !== true;
  }

  tested(test: DeterminismTest): void {
    this.#settings.set(`determinism.${test.model}`, test);
  }

  #determinism(model: LocalModel): DeterminismTest | null {
    return tested(model) ? this.#settings.get(`determinism.${model.digest}`, testSchema, null) : null;
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

const hash = z
  .string()
  .regex(/^0x[0-9a-f]{64}$/)
  .transform((text) => text as Digest);
const testSchema = z
  .object({
    model: hash,
    passed: z.boolean(),
    runs: z.array(z.object({ how: z.string(), digest: hash })),
    at: z.number(),
  })
  .nullable();

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
