import { hexlify, parseEther, randomBytes, type Wallet } from 'ethers';
import type { Address, Amount, Digest, TaskId } from '../../src-shared/domain/ids.ts';
import { DUTY } from '../chain/abi.ts';
import { SANDBOX_MARKET, type MarketSettings } from '../chain/sandbox/settings.ts';
import { foldTask, type ChainTask } from '../chain/tasks-projection.ts';
import { until, type TestChain } from '../chain/test-chain.ts';
import type { TestMarket } from '../chain/test-market.ts';
import { TestNode } from '../chain/test-node.ts';
import { Catalogue } from '../models/catalogue.ts';
import { Settings } from '../store/settings.ts';
import { Steps } from '../store/steps.ts';
import type { TaskContext } from '../tasks/context.ts';
import { commitCall, commitmentFor, reserveCall, revealCall, submitCall } from '../tasks/market-calls.ts';
import { MANIFEST, plusOne, sha256, type TestBlobs } from '../tasks/test-world.ts';
import type { Disputes } from '../disputes/index.ts';
import { Duty } from './duty.ts';
import { dutyOf, watchOf, type ChainDuty } from './events.ts';
import { DutyRows, type DutyRow } from './duty-rows.ts';

/** Everybody on duty is drawn; the notice is longer than any test, and ends when the test says so. */
export const CHECKED: MarketSettings = {
  ...SANDBOX_MARKET,
  spread: 0n,
  checksBps: 20_000n,
  notice: 600n,
  claimWindow: 40n,
};

export const RIGHT = sha256(Uint8Array.of(2, 3));
export const WRONG = sha256(Uint8Array.of(9, 9));
const SALT = `0x${'5a'.repeat(32)}` as const;
const FUND = parseEther('100');

/** For tests only: a node with nothing but its duty, that can die and come back. */
export class Guard {
  node: TestNode = undefined as never;
  duty: Duty = undefined as never;
  settings: Settings = undefined as never;
  context: TaskContext = undefined as never;
  compute: (job: { key: string; input: Uint8Array }) => ReturnType<typeof plusOne> = plusOne;
  paused = false;
  /** Why the model cannot run; null: it can. */
  unable: string | null = null;
  solving = false;
  free = FUND;
  has = true;
  /** Called at every change, at once. */
  heard: () => void = () => undefined;
  readonly contested: string[] = [];
  /** Whoever brings results before the court; nobody unless a test says so. */
  court: Pick<Disputes, 'contest'> | null = null;
  readonly #digest: Digest;
  readonly #blobs: TestBlobs;

  static async join(chain: TestChain, digest: Digest, blobs: TestBlobs): Promise<Guard> {
    const guard = new Guard(digest, blobs);
    guard.node = await TestNode.start(chain, {}, true, (node) => guard.#build(node));
    await guard.duty.start();
    return guard;
  }

  private constructor(digest: Digest, blobs: TestBlobs) {
    this.#digest = digest;
    this.#blobs = blobs;
  }

  get address(): Address {
    return this.node.wallet.address as Address;
  }

  #build(node: TestNode): void {
    this.node = node;
    const { db, client: chain, indexer, outbox, log, signer } = node;
    const local = () => (this.has ? [{ digest: this.#digest, manifest: MANIFEST, builtIn: true }] : []);
    this.settings = new Settings(db);
    this.context = {
      db,
      chain,
      index: indexer.rows,
      outbox,
      catalogue: new Catalogue(db, local, indexer.rows, true),
      blobs: this.#blobs.of(this.address),
      steps: new Steps(db),
      log: (line: string): void => void log.push(line),
      account: () => this.address,
      canSign: () => !signer.locked,
      taskSalt: async (task: TaskId) => sha256(Buffer.from(this.address + task)) as string as `0x${string}`,
      freeStake: () => this.free,
      newcomer: () => false,
      fail: (error: unknown): void => void (node.db === db && db.open && node.failures.push(error)),
    } as TaskContext;
    this.duty = new Duty(this.context, indexer, {
      settings: this.settings,
      compute: (job) => this.compute(job),
      ready: () => (this.unable === null ? { kind: 'ready' } : { kind: 'unable', why: this.unable }),
      heldUp: () => (this.paused ? 'you paused this machine' : null),
      solving: () => this.solving,
      missing: () => [],
      measured: () => 0,
      contest: (task, why) => {
        this.contested.push(task);
        this.court?.contest(task, why);
      },
      changed: () => this.heard(),
    });
  }

  async crash(): Promise<void> {
    this.heard = () => undefined;
    void this.duty.stop();
    await this.node.crash();
  }

  async reopen(): Promise<void> {
    this.compute = plusOne;
    await this.node.open();
    await this.duty.start();
  }

  /** Turns the clocks of all parts by hand until it holds. */
  async until(holds: () => unknown, what: string | (() => string) = 'it'): Promise<void> {
    await until(() => {
      this.node.outbox.kick();
      this.duty.wake();
      return holds();
    }, what);
  }

  row(task: ChainTask): DutyRow | undefined {
    return new DutyRows(this.node.db).get(task.id);
  }

  /** What the chain told of this guard's check. */
  told(task: ChainTask): ChainDuty {
    return dutyOf(watchOf(this.node.db, task.id), this.address);
  }

  async onDuty(): Promise<void> {
    await this.until(
      () => this.duty.serviceView().state === 'on',
      () => JSON.stringify(this.duty.serviceView()),
    );
  }
}

/** A block after the last one: it decides the draws, and what was read before is past. */
export async function nextBlock(chain: TestChain, seconds = 1): Promise<void> {
  await chain.later(seconds);
}

async function step(market: TestMarket, from: Wallet, task: ChainTask, data: string): Promise<ChainTask> {
  const hash = await market.chain.sendData(from, market.chain.network.contracts.market, data);
  const after = (await market.events(hash)).reduce<ChainTask | null>(foldTask, task);
  if (after === null) throw new Error('the transaction told of no task');
  return after;
}

/** A task whose requester pays for two checks, so that the fund covers them whatever the model brings. */
export async function submitted(market: TestMarket): Promise<ChainTask> {
  const data = submitCall({
    model: market.model,
    fee: (10n ** 18n).toString() as Amount,
    maxExtra: parseEther('5').toString() as Amount,
    lifetime: 7_200,
    class: 0,
    assurance: 2,
    nonce: BigInt(hexlify(randomBytes(8))),
    input: Uint8Array.of(1, 2),
    inputDigest: sha256(Uint8Array.of(1, 2)),
  });
  const hash = await market.chain.sendData(market.asker, market.chain.network.contracts.market, data);
  const task = (await market.events(hash)).reduce<ChainTask | null>(foldTask, null);
  if (task === null) throw new Error('the transaction told of no task');
  return task;
}

/** The solver takes the task for itself, and seals its result. */
export async function reserved(market: TestMarket, task: ChainTask, result: Digest): Promise<ChainTask> {
  const held = await step(market, market.solver, task, reserveCall(task));
  const commitment = commitmentFor(task.id, market.solver.address as Address, SALT, result);
  return step(market, market.solver, held, commitCall(task.id, 0, commitment));
}

export function revealed(market: TestMarket, held: ChainTask, result: Digest): Promise<ChainTask> {
  const data = revealCall(held, market.solver.address as Address, 0, SALT, result, 2);
  return step(market, market.solver, held, data);
}

/** What somebody else of the roster does. */
export function rosterCall(
  market: TestMarket,
  from: Wallet,
  name: 'signOn' | 'heartbeat',
  deposit = 0n,
): Promise<string> {
  const { duty } = market.chain.network.contracts;
  return name === 'signOn'
    ? market.chain.send(from, duty, DUTY, 'signOn', [deposit])
    : market.chain.send(from, duty, DUTY, 'heartbeat', []);
}
