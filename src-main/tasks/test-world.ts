import { createHash } from 'node:crypto';
import { parseEther } from 'ethers';
import type { TaskInput } from '../../src-shared/bridge/calls.ts';
import { FolkmootError } from '../../src-shared/domain/errors.ts';
import type { Address, Amount, Digest, TaskId } from '../../src-shared/domain/ids.ts';
import type { Assurance, TaskView } from '../../src-shared/domain/tasks.ts';
import type { OutboxOptions } from '../chain/outbox.ts';
import { until, type TestChain } from '../chain/test-chain.ts';
import { TestNode } from '../chain/test-node.ts';
import type { JobResult } from '../compute/job.ts';
import { Ledger } from '../earnings/ledger.ts';
import { Catalogue } from '../models/catalogue.ts';
import type { Manifest } from '../models/manifest.ts';
import type { Profit } from '../policy/profit.ts';
import { Steps } from '../store/steps.ts';
import { Tasks, type Blobs, type TaskContext } from './index.ts';
import { Readiness } from './readiness.ts';

/** For tests only: a model of two bytes in, two bytes out, and its sum of results is easily known. */
export const MANIFEST = {
  format: 1,
  name: 'plus one',
  author: 'a',
  description: 'd',
  inputs: [{ name: 'x', dtype: 'uint8', shape: [2] }],
  outputs: [{ name: 'y', dtype: 'uint8', shape: [2] }],
  presentation: { input: { kind: 'tensors' }, output: { kind: 'tensors' } },
  verification: { kind: 'exact' },
  fee: '1000000000000000',
  bounds: { memoryBytes: 1, timeMs: 1_000 },
} as unknown as Manifest;

/** Content of everybody, and who serves it. */
export class TestBlobs {
  readonly #content = new Map<string, { bytes: Uint8Array; owner: string }>();
  /** By account. */
  readonly #held = new Map<string, Map<string, Uint8Array>>();
  /** Hears of each result in the moment in which peers can have it. */
  onShow: (digest: Digest) => void = () => undefined;
  /** Accounts whose machines do not answer. */
  readonly silent = new Set<string>();

  /** What an account kept is gone. */
  forget(account: string): void {
    for (const [digest, { owner }] of this.#content) if (owner === account.toLowerCase()) this.#content.delete(digest);
  }

  of(account: string): Blobs {
    const owner = account.toLowerCase();
    const held = this.#held.get(owner) ?? new Map<string, Uint8Array>();
    this.#held.set(owner, held);
    return {
      hold: async (bytes) => {
        const digest = sha256(bytes);
        held.set(digest, bytes);
        return { digest, size: bytes.length };
      },
      show: async (digest) => {
        const bytes = held.get(digest);
        if (bytes === undefined) return;
        this.#content.set(digest, { bytes, owner });
        held.delete(digest);
        this.onShow(digest);
      },
      keep: async (bytes) => {
        const digest = sha256(bytes);
        this.#content.set(digest, { bytes, owner: account.toLowerCase() });
        return { digest, size: bytes.length };
      },
      get: async (digest, maxBytes) => {
        const found = this.#content.get(digest);
        if (found === undefined || (found.owner !== account.toLowerCase() && this.silent.has(found.owner))) {
          throw new FolkmootError('NETWORK_NO_PROVIDER', 'No peer has it.');
        }
        if (found.bytes.length > maxBytes) throw new FolkmootError('TOO_LARGE', 'The content has too many bytes.');
        return found.bytes;
      },
    };
  }
}

export function sha256(bytes: Uint8Array): Digest {
  return `0x${createHash('sha256').update(bytes).digest('hex')}` as Digest;
}

type Compute = (job: { key: string; input: Uint8Array }) => Promise<JobResult>;

export const plusOne: Compute = async ({ input }) => ({
  output: Uint8Array.from(input, (byte) => (byte + 1) % 256),
  elapsedMs: 1,
  provider: 'cpu',
  device: 'cpu',
});

export interface PersonOptions {
  readonly model: Digest;
  readonly blobs: TestBlobs;
  readonly manifest?: Manifest;
  readonly outbox?: Partial<OutboxOptions>;
}

/** A node without its shell: chain, outbox, index, tasks and ledger over one database, that can die and come back. */
export class Person {
  node: TestNode = undefined as never;
  tasks: Tasks = undefined as never;
  ledger: Ledger = undefined as never;
  catalogue: Catalogue = undefined as never;
  compute: Compute = plusOne;
  lanes = 1;
  paused = false;
  free = parseEther('500');
  patience = 0;
  profit: Profit | null = null;
  /** Seats whose results it wanted to contest. */
  readonly contested: TaskId[] = [];
  contest: (seat: TaskId) => void = (seat) => void this.contested.push(seat);
  context: TaskContext = undefined as never;
  /** The clock of its rests, ms; turned by hand. */
  now = Date.now();
  /** What the model's server says when it is looked at; null: nothing can be looked at. */
  look: (() => Promise<void>) | null = null;
  readiness: Readiness = undefined as never;
  /** Hears of every change of a task, at once. */
  heard: (view: TaskView) => void = () => undefined;
  readonly options: PersonOptions;

  static async join(chain: TestChain, options: PersonOptions): Promise<Person> {
    const person = new Person(options);
    person.node = await TestNode.start(chain, options.outbox, true, (node) => person.#build(node));
    await person.tasks.start();
    return person;
  }

  private constructor(options: PersonOptions) {
    this.options = options;
  }

  get address(): Address {
    return this.node.wallet.address as Address;
  }

  #build(node: TestNode): void {
    this.node = node;
    const { db, client: chain, indexer, outbox, log, signer } = node;
    const { model, manifest = MANIFEST, blobs } = this.options;
    this.catalogue = new Catalogue(db, () => [{ digest: model, manifest, builtIn: true }], indexer.rows, true);
    const account = (): Address => this.address;
    const context: TaskContext = {
      db,
      chain,
      index: indexer.rows,
      outbox,
      catalogue: this.catalogue,
      blobs: blobs.of(this.address),
      steps: new Steps(db),
      log: (line: string): void => void log.push(line),
      account,
      canSign: () => !signer.locked,
      taskSalt: async (task: TaskId) => sha256(Buffer.from(this.address + task)) as string as `0x${string}`,
      freeStake: () => this.free,
      newcomer: () => true,
      fail: (error: unknown): void => void (node.db === db && db.open && node.failures.push(error)),
    };
    this.context = context;
    this.readiness = new Readiness({
      lacks: () => null,
      look: () => this.look?.(),
      changed: () => this.tasks.wake(),
      now: () => this.now,
    });
    this.tasks = new Tasks(context, indexer, {
      compute: (job) => this.readiness.watch(job.digest, job.key, () => this.compute(job)),
      ready: (model) => this.readiness.of(model),
      lanes: () => this.lanes,
      heldUp: () => (this.paused ? 'you paused this machine' : null),
      patience: this.patience,
      profit: () => this.profit,
      seatProfit: () => this.profit,
      contest: (seat) => this.contest(seat),
      checks: () => false,
      urgent: () => false,
      promised: () => 0n,
      terms: () => ({ treasuryBps: 1_000, minFee: 10n ** 12n, dutyBps: 6_000, checksBps: [0, 5_000, 20_000] }),
      prepaid: () => parseEther('100').toString() as Amount,
    });
    this.tasks.onChange((view) => this.heard(view));
    this.ledger = new Ledger(db, indexer.rows, outbox, this.catalogue, account);
  }

  /** Killed: nothing that was under way is finished. */
  async crash(): Promise<void> {
    this.heard = () => undefined;
    void this.tasks.stop();
    await this.node.crash();
  }

  async reopen(): Promise<void> {
    this.compute = plusOne;
    await this.node.open();
    await this.tasks.start();
  }

  /** @returns the key of the ask. */
  ask(fee = '1000000000000000', bytes: readonly number[] = [1, 2], assurance: Assurance = 'basic'): Promise<string> {
    const input: TaskInput = { kind: 'upload', upload: 'x' };
    const order = { model: this.options.model, fee: fee as Amount, assurance, input };
    return this.tasks.asker.ask(order, () => Uint8Array.from(bytes));
  }

  /** Turns the clocks of all parts by hand until it holds. */
  async until(holds: () => unknown, what: string | (() => string) = 'it'): Promise<void> {
    await until(() => {
      this.wake();
      return holds();
    }, what);
  }

  wake(): void {
    this.node.outbox.kick();
    this.tasks.wake();
  }

  view(key: string): TaskView | undefined {
    return this.tasks.get(key);
  }

  work(task: string): TaskView | undefined {
    return this.tasks.get(`work-${task}`);
  }
}

/** Turns everybody's clocks until it holds. */
export async function together(
  people: readonly Person[],
  holds: () => unknown,
  what?: string | (() => string),
): Promise<void> {
  await until(() => {
    for (const person of people) person.wake();
    return holds();
  }, what);
}
