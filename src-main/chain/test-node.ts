import { join } from 'node:path';
import { hexlify, randomBytes, type Wallet } from 'ethers';
import { afterEach } from 'vitest';
import { openStore, type Store } from '../store/open.ts';
import { temporaryFolder } from '../store/test-store.ts';
import { encodeCall, MARKET } from './abi.ts';
import { Indexer } from './indexer.ts';
import { Outbox, type OutboxOptions } from './outbox.ts';
import { testSigner, until, type FaultyClient, type TestChain } from './test-chain.ts';

const cleanups: Array<() => Promise<unknown> | void> = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

export const SLOT_COMMITMENT = `0x${'ab'.repeat(26)}` as const;

/** For tests only: a node's outbox and index over one database file, that can die and come back. */
export class TestNode {
  /** Called at each opening, when everything is made and nothing started. */
  readonly built: (node: TestNode) => void;
  readonly chain: TestChain;
  readonly wallet: Wallet;
  readonly file = join(temporaryFolder(), 'store.db');
  readonly signer: ReturnType<typeof testSigner>;
  readonly log: string[] = [];
  readonly failures: unknown[] = [];
  readonly options: Partial<OutboxOptions>;
  db: Store = undefined as never;
  client: FaultyClient = undefined as never;
  outbox: Outbox = undefined as never;
  indexer: Indexer = undefined as never;

  private constructor(
    chain: TestChain,
    wallet: Wallet,
    options: Partial<OutboxOptions>,
    built: (node: TestNode) => void,
  ) {
    this.built = built;
    this.chain = chain;
    this.wallet = wallet;
    this.signer = testSigner(wallet);
    this.options = options;
  }

  static async start(
    chain: TestChain,
    options: Partial<OutboxOptions> = {},
    money = false,
    built: (node: TestNode) => void = () => undefined,
  ): Promise<TestNode> {
    const node = new TestNode(chain, await chain.account(money), options, built);
    cleanups.push(() => node.stop());
    await node.open();
    return node;
  }

  async open(): Promise<void> {
    this.db = openStore(this.file);
    this.client = this.chain.client();
    const log = (line: string): void => void this.log.push(line);
    const { db } = this;
    // The dead do not complain: a request that was under way when the process was killed finds its database closed.
    const fail = (error: unknown): void => void (db === this.db && db.open && this.failures.push(error));
    this.indexer = new Indexer(this.db, this.client, log, fail, 50);
    this.outbox = new Outbox({
      db: this.db,
      chain: this.client,
      signer: this.signer,
      log,
      fail,
      takenMs: 0,
      indexed: () => this.indexer.height,
      ...this.options,
    });
    this.indexer.onChange(({ rolledBackTo }) =>
      rolledBackTo === null ? this.outbox.kick() : this.outbox.rollback(rolledBackTo),
    );
    this.built(this);
    await this.client.start();
    await this.indexer.start();
    await this.outbox.start();
  }

  /** What a killed process leaves: nothing is finished, nothing more happens. */
  async crash(): Promise<void> {
    this.client.fault = () => 'hang';
    void this.client.stop();
    void this.outbox.stop();
    void this.indexer.stop();
    this.db.close();
  }

  async stop(): Promise<void> {
    if (!this.db.open) return;
    this.client.fault = () => 'gone';
    await this.client.stop();
    await this.outbox.stop();
    await this.indexer.stop();
    this.db.close();
  }

  /** A commitment: always accepted by the contract, and seen as an event. @returns the task that it names. */
  commit(key: string, task = hexlify(randomBytes(32)) as `0x${string}`): `0x${string}` {
    const data = encodeCall(MARKET, 'commit', [task, 0n, SLOT_COMMITMENT]);
    this.outbox.enqueue({ key, label: key, to: this.chain.network.contracts.market, data });
    return task;
  }

  async mined(...keys: string[]): Promise<void> {
    for (const key of keys) {
      await until(() => {
        this.outbox.kick();
        return this.outbox.get(key)?.state === 'mined';
      }, `${key} to be mined`);
    }
  }

  /** How often the chain says that this task was committed to. */
  async times(task: string): Promise<number> {
    const topics = [MARKET.codec.getEvent('Committed')?.topicHash ?? '', task];
    const filter = { address: this.chain.network.contracts.market, fromBlock: '0x0', toBlock: 'latest', topics };
    return (await this.chain.request<unknown[]>('eth_getLogs', [filter])).length;
  }
}
