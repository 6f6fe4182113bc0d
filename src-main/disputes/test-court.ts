import { parseEther } from 'ethers';
import type { DisputeView } from '../../src-shared/domain/disputes.ts';
import type { Address, Digest, TaskId } from '../../src-shared/domain/ids.ts';
import { COURT, VAULT } from '../chain/abi.ts';
import { until, type TestChain } from '../chain/test-chain.ts';
import type { TestMarket, Ticket } from '../chain/test-market.ts';
import { TestNode } from '../chain/test-node.ts';
import type { ChainDispute, ChainDraw } from '../chain/disputes-projection.ts';
import type { ChainTask } from '../chain/tasks-projection.ts';
import { Catalogue } from '../models/catalogue.ts';
import type { Manifest } from '../models/manifest.ts';
import { Settings } from '../store/settings.ts';
import { Steps } from '../store/steps.ts';
import { MANIFEST, plusOne, sha256, type TestBlobs } from '../tasks/test-world.ts';
import type { DisputeContext } from './context.ts';
import { Disputes } from './index.ts';

export interface CitizenOptions {
  readonly model: Digest;
  readonly blobs: TestBlobs;
  /** null: the model is not on this machine. */
  readonly manifest?: Manifest | null;
  /** Whether it serves as a juror. */
  readonly jury?: boolean;
}

/** For tests only: a node before the court, without its shell, that can die and come back. */
export class Citizen {
  node: TestNode = undefined as never;
  disputes: Disputes = undefined as never;
  settings: Settings = undefined as never;
  compute: DisputeContext['compute'] = plusOne;
  probe: DisputeContext['probe'] = async () => [];
  modelFile: DisputeContext['modelFile'] = async () => new Uint8Array();
  free = parseEther('400');
  prepaid = parseEther('100');
  /** Whether it asks for blocks that a draw waits for. */
  nudges = true;
  /** Called at each opening but the first, when everything is made and nothing started. */
  built: () => void = () => undefined;
  readonly options: CitizenOptions;

  static async join(chain: TestChain, options: CitizenOptions): Promise<Citizen> {
    const citizen = new Citizen(options);
    citizen.node = await TestNode.start(chain, {}, true, (node) => citizen.#build(node));
    await citizen.disputes.start();
    return citizen;
  }

  private constructor(options: CitizenOptions) {
    this.options = options;
  }

  get address(): Address {
    return this.node.wallet.address as Address;
  }

  #build(node: TestNode): void {
    this.node = node;
    const { db, client: chain, indexer, outbox, log, signer } = node;
    const { model, manifest = MANIFEST, blobs, jury = false } = this.options;
    const files = manifest === null ? [] : [{ digest: model, manifest, builtIn: true }];
    this.settings = new Settings(db);
    const context: DisputeContext = {
      db,
      chain,
      index: indexer.rows,
      outbox,
      catalogue: new Catalogue(db, () => files, indexer.rows, true),
      blobs: blobs.of(this.address),
      steps: new Steps(db),
      log: (line) => void log.push(line),
      account: () => this.address,
      canSign: () => !signer.locked,
      taskSalt: async (task) => sha256(Buffer.from(this.address + task)) as string as `0x${string}`,
      freeStake: () => this.free,
      newcomer: () => false,
      fail: (error) => void (node.db === db && db.open && node.failures.push(error)),
      settings: this.settings,
      compute: (job) => this.compute(job),
      probe: (job) => this.probe(job),
      modelFile: (digest) => this.modelFile(digest),
      prepaid: () => this.prepaid,
      sandbox: jury,
      nudge: () => void (this.nudges && node.chain.request('anvil_mine', ['0x1']).catch(() => undefined)),
    };
    this.disputes = new Disputes(context, indexer);
    this.built();
  }

  /** Killed: nothing that was under way is finished. */
  async crash(): Promise<void> {
    void this.disputes.stop();
    await this.node.crash();
  }

  async reopen(): Promise<void> {
    await this.node.open();
    await this.disputes.start();
  }

  wake(): void {
    this.node.outbox.kick();
    this.disputes.wake();
  }

  case(id: string): DisputeView {
    return this.disputes.get(id);
  }

  /** Whether the index knows the case, and it is as it should be. */
  sees(id: string, holds: (view: DisputeView) => unknown): boolean {
    return this.node.indexer.rows.dispute(id) !== undefined && Boolean(holds(this.case(id)));
  }

  present(): boolean {
    return this.disputes.juror.serviceView().present;
  }

  async stake(): Promise<bigint> {
    const { chain } = this.node;
    const me = this.address as string as `0x${string}`;
    const account = await this.node.client.read(VAULT, chain.network.contracts.vault, 'accountOf', [me]);
    return account.stake;
  }

  async balance(): Promise<bigint> {
    const { chain } = this.node;
    const me = this.address as string as `0x${string}`;
    const account = await this.node.client.read(VAULT, chain.network.contracts.vault, 'accountOf', [me]);
    return account.balance;
  }
}

/** Wakes everybody until it holds. */
export async function all(
  citizens: readonly Citizen[],
  holds: () => unknown,
  what?: string | (() => string),
): Promise<void> {
  await until(() => {
    for (const citizen of citizens) citizen.wake();
    return holds();
  }, what);
}

/** Jurors who were present before anything that follows. */
export async function seated(market: TestMarket, jurors: readonly Citizen[]): Promise<void> {
  await all(jurors, () => jurors.every((juror) => juror.present()), 'the jury');
  await market.later(2);
}

/** A solved task and the case against it. @param result what the solver says came out */
export async function accused(
  market: TestMarket,
  claimant: Citizen,
  others: readonly Citizen[],
  result: Digest,
  ticket: Partial<Ticket> = {},
): Promise<{ readonly id: string; readonly task: TaskId; readonly solved: ChainTask }> {
  const solved = await market.solve(await market.submit(ticket), result);
  const known = (): ChainTask | undefined => claimant.node.indexer.rows.task(solved.id);
  await all([claimant], () => known()?.state === 'solved', 'the solution');
  claimant.disputes.contest(solved.id, 'https://example.org/why');
  const id = (): string => known()?.dispute?.id ?? '';
  await all([claimant, ...others], () => id() !== '', 'the case');
  return { id: id(), task: solved.id, solved };
}

/** The court's word of a case, as the chain has it: 0 once it is over. */
export async function wordOf(citizen: Citizen, id: string): Promise<bigint> {
  const { client, chain } = citizen.node;
  return client.read(COURT, chain.network.contracts.court, 'caseWordOf', [BigInt(id)]);
}

/** Makes a block of this time (seconds), if the chain is not there yet. */
export async function timeIs(chain: TestChain, time: number): Promise<void> {
  const { timestamp } = await chain.request<{ timestamp: string }>('eth_getBlockByNumber', ['latest', false]);
  if (Number(timestamp) >= time) return;
  await chain.request('evm_setNextBlockTimestamp', [time]);
  await chain.request('evm_mine');
}

/** A case on its way, stage by stage; the clock is moved to where the next stage begins. */
export class Trial {
  readonly id: string;
  readonly chain: TestChain;
  readonly everybody: readonly Citizen[];
  readonly #watch: Citizen;

  /** @param everybody who is woken; the first of them is believed */
  constructor(id: string, everybody: readonly Citizen[]) {
    const [watch] = everybody;
    if (watch === undefined) throw new Error('somebody has to watch');
    this.id = id;
    this.everybody = everybody;
    this.#watch = watch;
    this.chain = watch.node.chain;
  }

  get dispute(): ChainDispute {
    const found = this.#watch.node.indexer.rows.dispute(this.id);
    if (found === undefined) throw new Error('the index does not know the case');
    return found;
  }

  get draw(): ChainDraw {
    const last = this.dispute.draws.at(-1);
    if (last === undefined) throw new Error('a case has a draw');
    return last;
  }

  until(holds: () => unknown, what: string): Promise<void> {
    return all(this.everybody, holds, () => `${what}: ${JSON.stringify(this.dispute)}`);
  }

  drawn(): Promise<void> {
    return this.until(() => this.draw.seed !== null, 'the draw');
  }

  /** Machines have decided, and the moment comes when they seal. @param ballots how many */
  async sealed(ballots: number): Promise<void> {
    await this.drawn();
    await timeIs(this.chain, this.draw.startedAt + this.dispute.terms.commitSeconds / 2 + 1);
    await this.until(() => this.draw.ballots.length === ballots, `${ballots} seals`);
  }

  /** @param ballots how many are opened */
  async opened(ballots: number): Promise<void> {
    await timeIs(this.chain, this.draw.startedAt + this.dispute.terms.commitSeconds + 1);
    const open = (): number => this.dispute.draws.at(-1)?.ballots.filter(({ opening }) => opening !== null).length ?? 0;
    await this.until(() => open() === ballots || this.dispute.state !== 'voting', `${ballots} openings`);
  }

  async ruled(): Promise<void> {
    await this.until(() => this.dispute.state === 'ruled', 'the ruling');
  }

  async over(): Promise<void> {
    await timeIs(this.chain, (this.dispute.ruling?.until ?? 0) + 1);
    await this.until(
      () => this.everybody.every((one) => one.sees(this.id, ({ state }) => state === 'final')),
      'the end',
    );
  }
}
