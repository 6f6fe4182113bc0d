import { parseEther } from 'ethers';
import type { Address, Amount, BatchId, Digest, TaskId } from '../../src-shared/domain/ids.ts';
import type { TaskView } from '../../src-shared/domain/tasks.ts';
import type { ChainBatch } from '../chain/batches-projection.ts';
import { until, type TestChain } from '../chain/test-chain.ts';
import { TestNode } from '../chain/test-node.ts';
import { Ledger } from '../earnings/ledger.ts';
import { Catalogue } from '../models/catalogue.ts';
import type { Manifest } from '../models/manifest.ts';
import { Steps } from '../store/steps.ts';
import { Readiness } from '../tasks/readiness.ts';
import { MANIFEST, plusOne, sha256, type TestBlobs } from '../tasks/test-world.ts';
import { Batches } from './index.ts';

/** For tests only: a node that asks and solves batches and nothing else; it can die and come back. */
export class Bulker {
  node: TestNode = undefined as never;
  batches: Batches = undefined as never;
  ledger: Ledger = undefined as never;
  compute = plusOne;
  /** Hears of every change, at once. */
  heard: (view: TaskView) => void = () => undefined;
  /** The clock of its rests, ms; turned by hand. */
  now = Date.now();
  paused = false;
  urgent = false;
  newcomer = true;
  /** Class of the market that it asks in. */
  class = 0;
  free = parseEther('500');
  readonly #model: Digest;
  readonly #blobs: TestBlobs;
  readonly #manifest: Manifest;

  static async join(
    chain: TestChain,
    model: Digest,
    blobs: TestBlobs,
    { paused = false, manifest = MANIFEST } = {},
  ): Promise<Bulker> {
    const bulker = new Bulker(model, blobs, manifest);
    bulker.paused = paused;
    bulker.node = await TestNode.start(chain, {}, true, (node) => bulker.#build(node));
    await bulker.batches.start();
    return bulker;
  }

  private constructor(model: Digest, blobs: TestBlobs, manifest: Manifest) {
    this.#manifest = manifest;
    this.#model = model;
    this.#blobs = blobs;
  }

  get address(): Address {
    return this.node.wallet.address as Address;
  }

  #build(node: TestNode): void {
    this.node = node;
    const { db, client: chain, indexer, outbox, log, signer } = node;
    const local = [{ digest: this.#model, manifest: this.#manifest, builtIn: true }];
    const catalogue = new Catalogue(db, () => local, indexer.rows, true);
    const context = {
      db,
      chain,
      index: indexer.rows,
      outbox,
      catalogue,
      blobs: this.#blobs.of(this.address),
      steps: new Steps(db),
      log: (line: string): void => void log.push(line),
      account: () => this.address,
      canSign: () => !signer.locked,
      taskSalt: async (name: TaskId) => sha256(Buffer.from(this.address + name)) as string as `0x${string}`,
      freeStake: () => this.free,
      newcomer: () => this.newcomer,
      fail: (error: unknown): void => void (node.db === db && db.open && node.failures.push(error)),
    };
    const readiness = new Readiness({
      lacks: () => null,
      look: () => undefined,
      changed: () => this.batches.wake(),
      now: () => this.now,
    });
    this.batches = new Batches(context, indexer, {
      compute: (job) => readiness.watch(job.digest, job.key, () => this.compute(job)),
      ready: (model) => readiness.of(model),
      heldUp: () => (this.paused ? 'you paused this machine' : null),
      urgent: () => this.urgent,
      profit: () => null,
      promised: () => 0n,
      patience: 0,
      terms: () => ({ class: this.class, treasuryBps: 1_000, minFee: 10n ** 12n }),
      prepaid: () => parseEther('100').toString() as Amount,
    });
    this.batches.onChange((view) => this.heard(view));
    this.ledger = new Ledger(db, indexer.rows, outbox, catalogue, () => this.address);
  }

  /** Killed: nothing that was under way is finished. */
  async crash(): Promise<void> {
    this.heard = () => undefined;
    void this.batches.stop();
    await this.node.crash();
  }

  async reopen(): Promise<void> {
    this.compute = plusOne;
    await this.node.open();
    await this.batches.start();
  }

  /** Line i begins with i; the rest is zero. @returns the key of the ask. */
  ask(lines: number, bytes = 2, fee = '1000000000000000'): Promise<string> {
    const inputs = Array.from({ length: lines }, (_, i) => ({ kind: 'upload', upload: String(i) }) as const);
    const order = { model: this.#model, fee: fee as Amount, inputs };
    return this.batches.asker.ask(order, (id) => Uint8Array.of(Number(id), ...new Uint8Array(bytes - 1)));
  }

  view(key: string): TaskView | undefined {
    return this.batches.get(key);
  }

  run(batch: BatchId, run = 0): TaskView | undefined {
    return this.batches.get(`run-${batch}:${run}`);
  }

  batch(id: BatchId): ChainBatch | undefined {
    return this.node.indexer.rows.batch(id);
  }

  /** The batch of an ask, once it is on chain. */
  idOf(key: string): BatchId | null {
    const row = this.node.db.prepare('SELECT batch FROM batch_asks WHERE key = ?').get(key) as {
      batch: BatchId | null;
    };
    return row.batch;
  }

  answers(key: string): Array<string | null> {
    return this.batches.asker.lines(key).map(({ answer }) => answer?.text ?? null);
  }

  wake(): void {
    this.node.outbox.kick();
    this.batches.wake();
  }
}

/** Turns everybody's clocks until it holds. */
export async function together(
  people: readonly Bulker[],
  holds: () => unknown,
  what?: string | (() => string),
): Promise<void> {
  await until(() => {
    for (const person of people) person.wake();
    return holds();
  }, what);
}
