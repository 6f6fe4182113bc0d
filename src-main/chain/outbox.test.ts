import { join } from 'node:path';
import { hexlify, randomBytes, Wallet } from 'ethers';
import * as fc from 'fast-check';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { FolkmootError } from '../../src-shared/domain/errors.ts';
import { openStore, type Store } from '../store/open.ts';
import { temporaryFolder } from '../store/test-store.ts';
import { encodeCall, MARKET } from './abi.ts';
import { Indexer } from './indexer.ts';
import { Outbox, type OutboxOptions } from './outbox.ts';
import { brokenEndpoint, TestChain, testSigner, until, type FaultyClient } from './test-chain.ts';

let chain: TestChain;
beforeAll(async () => void (chain = await TestChain.start()));
afterAll(() => chain.stop());

const cleanups: Array<() => Promise<unknown> | void> = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
  await chain.request('evm_setAutomine', [true]);
});

const SLOT_COMMITMENT = `0x${'ab'.repeat(26)}` as const;

/** A node's outbox and index over one database file, that can die and come back. */
class Node {
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

  private constructor(wallet: Wallet, options: Partial<OutboxOptions>) {
    this.wallet = wallet;
    this.signer = testSigner(wallet);
    this.options = options;
  }

  static async start(options: Partial<OutboxOptions> = {}): Promise<Node> {
    const node = new Node(await chain.account(), options);
    cleanups.push(() => node.stop());
    await node.open();
    return node;
  }

  async open(): Promise<void> {
    this.db = openStore(this.file);
    this.client = chain.client();
    const log = (line: string): void => void this.log.push(line);
    const fail = (error: unknown): void => void this.failures.push(error);
    this.indexer = new Indexer(this.db, this.client, log, fail, 50);
    this.outbox = new Outbox({
      ...{ db: this.db, chain: this.client, signer: this.signer, log, fail, takenMs: 0 },
      indexed: () => this.indexer.height,
      ...this.options,
    });
    this.indexer.onChange(({ rolledBackTo }) =>
      rolledBackTo === null ? this.outbox.kick() : this.outbox.rollback(rolledBackTo),
    );
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
    this.client.fault = () => 'gone';
    await this.client.stop();
    await this.outbox.stop();
    await this.indexer.stop();
    this.db.close();
  }

  /** A commitment: always accepted by the contract, and seen as an event. @returns the task that it names. */
  commit(key: string, task = hexlify(randomBytes(32)) as `0x${string}`): `0x${string}` {
    const data = encodeCall(MARKET, 'commit', [task, 0n, SLOT_COMMITMENT]);
    this.outbox.enqueue({ key, label: key, to: chain.network.contracts.market, data });
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
    const topics = [MARKET.codec.getEvent('Committed')!.topicHash, task];
    const filter = { address: chain.network.contracts.market, fromBlock: '0x0', toBlock: 'latest', topics };
    return (await chain.request<unknown[]>('eth_getLogs', [filter])).length;
  }
}

test('an intent becomes one mined transaction, with its block, its cost and its hash; the same key twice is the same', async () => {
  const node = await Node.start();
  const task = node.commit('a');
  node.commit('a', task);
  node.commit('b');
  await node.mined('a', 'b');
  node.commit('a', task);
  const row = node.outbox.get('a')!;
  const receipt = await chain.request<{ blockNumber: string; gasUsed: string; effectiveGasPrice: string }>(
    'eth_getTransactionReceipt',
    [row.hash],
  );
  expect(row.block).toBe(Number(receipt.blockNumber));
  expect(row.gas_cost).toBe(String(BigInt(receipt.gasUsed) * BigInt(receipt.effectiveGasPrice)));
  expect(node.outbox.keyOf(row.hash!)).toBe('a');
  expect([row.nonce, node.outbox.get('b')!.nonce]).toEqual([0, 1]);
  expect(await node.times(task)).toBe(1);
  expect(node.failures).toEqual([]);
});

test('an intent whose database transaction fails is never signed', async () => {
  const node = await Node.start();
  expect(() =>
    node.db.transaction(() => {
      node.commit('a');
      throw new Error('no');
    })(),
  ).toThrow('no');
  node.commit('b');
  await node.mined('b');
  expect(node.signer.signed).toBe(1);
  expect(node.failures).toEqual([]);
});

/** Where a process can die between the intent and the note that it was mined. */
const DEATHS: ReadonlyArray<readonly [string, (node: Node) => void, (node: Node) => unknown]> = [
  [
    'with the intent',
    (node) => void (node.signer.hang = true),
    (node) => node.client.asked.includes('eth_estimateGas'),
  ],
  [
    'signed and not sent',
    (node) => void (node.client.fault = (method) => (method === 'eth_sendRawTransaction' ? 'hang' : 'pass')),
    (node) => node.outbox.get('a')?.state === 'signed',
  ],
  [
    'sent and not answered',
    (node) => void (node.client.fault = (method) => (method === 'eth_sendRawTransaction' ? 'hang-after' : 'pass')),
    async (node) => (await chain.nonce(node.wallet.address)) === 1,
  ],
  [
    'mined and not noted',
    (node) => void (node.client.fault = (method) => (method === 'eth_getTransactionReceipt' ? 'hang' : 'pass')),
    (node) => node.client.asked.includes('eth_getTransactionReceipt'),
  ],
];
test.each(DEATHS)('a process that dies %s: one transaction, nonces in order', async (_, sabotage, dead) => {
  const node = await Node.start();
  sabotage(node);
  const task = node.commit('a');
  await until(() => {
    node.outbox.kick();
    return dead(node);
  });
  await node.crash();
  node.signer.hang = false;
  await node.open();
  const next = node.commit('b');
  await node.mined('a', 'b');
  expect(await node.times(task)).toBe(1);
  expect(await node.times(next)).toBe(1);
  expect(await chain.nonce(node.wallet.address)).toBe(2);
  expect(node.failures).toEqual([]);
});

test('a transaction that nobody mines is sent again with a higher fee; one of them is mined', async () => {
  const node = await Node.start({ stuckMs: 0 });
  await chain.request('evm_setAutomine', [false]);
  const task = node.commit('a');
  await until(() => (node.outbox.kick(), node.signer.signed >= 3), 'a replacement');
  const fees = node.db.prepare('SELECT max_fee FROM outbox_attempts ORDER BY rowid').all() as Array<{
    max_fee: string;
  }>;
  for (const [index, { max_fee }] of fees.entries()) {
    if (index > 0) expect(BigInt(max_fee)).toBeGreaterThan((BigInt(fees[index - 1]!.max_fee) * 11n) / 10n);
  }
  await chain.request('evm_setAutomine', [true]);
  await chain.request('evm_mine');
  await node.mined('a');
  expect(await node.times(task)).toBe(1);
  expect(await chain.nonce(node.wallet.address)).toBe(1);
});

test('a transaction that the pool forgot is replaced too, not sent again unchanged for ever', async () => {
  const node = await Node.start({ stuckMs: 200 });
  await chain.request('evm_setAutomine', [false]);
  const task = node.commit('a');
  await until(() => (node.outbox.kick(), node.outbox.get('a')?.state === 'sent'));
  const send = node.client.request.bind(node.client);
  // A pool that takes it and forgets it at once, as one does with what pays too little.
  node.client.request = async (method, params) =>
    method === 'eth_sendRawTransaction' ? ('0x' as never) : send(method, params);
  await chain.request('anvil_dropAllTransactions');
  await until(() => (node.outbox.kick(), node.signer.signed >= 2), 'a replacement');
  node.client.request = send;
  await chain.request('evm_setAutomine', [true]);
  await node.mined('a');
  expect(await node.times(task)).toBe(1);
});

test('a replacement that the wallet refuses leaves what was sent under way', async () => {
  const node = await Node.start({ stuckMs: 0 });
  await chain.request('evm_setAutomine', [false]);
  const task = node.commit('a');
  await until(() => (node.outbox.kick(), node.outbox.get('a')?.state === 'sent'));
  const sign = node.signer.sign;
  (node.signer as { sign: unknown }).sign = async () => {
    throw new FolkmootError('POLICY', 'The fee is above the limit.');
  };
  await until(() => (node.outbox.kick(), node.log.some((line) => line.includes('stays as it is'))), 'a refusal');
  expect(node.outbox.get('a')).toMatchObject({ state: 'sent', error: null });
  (node.signer as { sign: unknown }).sign = sign;
  await chain.request('evm_mine');
  await node.mined('a');
  expect(await node.times(task)).toBe(1);
});

test('a nonce that another program used: the intent is signed anew, once', async () => {
  const node = await Node.start();
  await chain.request('evm_setAutomine', [false]);
  const task = node.commit('a');
  await until(() => (node.outbox.kick(), node.outbox.get('a')?.state === 'sent'));
  await chain.request('anvil_dropAllTransactions');
  await chain.request('evm_setAutomine', [true]);
  const foreign = await chain.send(node.wallet, chain.network.contracts.market, MARKET, 'commit', [
    hexlify(randomBytes(32)) as `0x${string}`,
    1n,
    SLOT_COMMITMENT,
  ]);
  expect(node.outbox.keyOf(foreign)).toBeUndefined();
  await node.mined('a');
  expect(node.outbox.get('a')!.nonce).toBe(1);
  expect(await node.times(task)).toBe(1);
  expect(await chain.nonce(node.wallet.address)).toBe(2);
});

test('what the contract refuses fails with its own words, and what comes after goes on', async () => {
  const node = await Node.start();
  const model = hexlify(randomBytes(32)) as `0x${string}`;
  const data = encodeCall(MARKET, 'submit', [model, 10n ** 18n, 0n, 600n, '0x00']);
  node.outbox.enqueue({ key: 'bad', label: 'bad', to: chain.network.contracts.market, data });
  node.commit('good');
  await node.mined('good');
  expect(node.outbox.get('bad')).toMatchObject({
    state: 'failed',
    error: `ModelNotActive(${model})`,
    nonce: null,
    hash: null,
  });
});

test('what is refused only when it is mined fails with the words of the contract as well', async () => {
  const node = await Node.start();
  const data = encodeCall(MARKET, 'retract', [
    {
      ...{
        requester: node.wallet.address as `0x${string}`,
        nonce: 0n,
        fee: 1n,
        modelFee: 0n,
        lock: 0n,
        submittedAt: 0n,
        retractAt: 0n,
      },
      ...{
        model: `0x${'00'.repeat(32)}`,
        inputDigest: `0x${'00'.repeat(32)}`,
        deadline: 0n,
        claimWindow: 0n,
        treasuryBps: 0n,
      },
    },
  ]);
  const ask = node.client.request.bind(node.client);
  // The estimate is right at its time, and wrong by the time that it is mined.
  node.client.request = async (method, params) =>
    method === 'eth_estimateGas' ? ('0x30000' as never) : ask(method, params);
  node.outbox.enqueue({ key: 'late', label: 'late', to: chain.network.contracts.market, data });
  await until(() => (node.outbox.kick(), node.outbox.get('late')?.state === 'failed'));
  const row = node.outbox.get('late')!;
  expect(row.error).toMatch(/^TaskNotOpen\(0x[0-9a-f]{64}\)$/);
  expect(BigInt(row.gas_cost!)).toBeGreaterThan(0n);
  node.client.request = ask;
  node.commit('next');
  await node.mined('next');
  node.outbox.retry('late');
  await until(() => (node.outbox.kick(), node.outbox.get('late')?.state === 'failed'), 'a second refusal');
  expect(node.outbox.get('late')!.nonce).toBeNull();
});

test('an endpoint that is busy is no refusal: the intent waits', async () => {
  const node = await Node.start();
  const ask = brokenEndpoint(chain.rpc, 'eth_estimateGas', {
    code: -32_005,
    message: 'daily request count exceeded, request rate limited',
  });
  const task = node.commit('a');
  await until(() => (node.outbox.kick(), node.log.some((line) => line.includes('rate limited'))));
  expect(node.outbox.get('a')!.state).toBe('intent');
  ask.heal();
  await node.mined('a');
  expect(await node.times(task)).toBe(1);
});

test('a locked wallet holds everything back; unlocked, it goes on', async () => {
  const node = await Node.start();
  node.signer.locked = true;
  const first = node.commit('a');
  node.commit('b');
  const rounds = (): number => node.client.asked.filter((method) => method === 'eth_getBlockByNumber').length;
  const before = rounds();
  await until(() => (node.outbox.kick(), rounds() > before + 5));
  expect([node.outbox.get('a')!.state, node.signer.signed]).toEqual(['intent', 0]);
  node.signer.locked = false;
  await node.mined('a', 'b');
  expect(await node.times(first)).toBe(1);
});

test('locked while under way: what was mined is noted, what was not sent waits for the key', async () => {
  const node = await Node.start();
  node.client.fault = (method) => (method === 'eth_getTransactionReceipt' ? 'gone' : 'pass');
  node.commit('a');
  await until(() => (node.outbox.kick(), node.outbox.get('a')?.state === 'sent'));
  node.signer.locked = true;
  node.client.fault = () => 'pass';
  await node.mined('a');
});

test('a chain that goes away in the middle and comes back: one transaction each', async () => {
  const node = await Node.start();
  const tasks: string[] = [];
  for (const [index, method] of [
    'eth_estimateGas',
    'eth_getTransactionCount',
    'eth_sendRawTransaction',
    'eth_getTransactionReceipt',
  ].entries()) {
    for (const fault of ['gone', 'lost'] as const) {
      const key = `${index}-${fault}`;
      let failed = false;
      node.client.fault = (asked) => (asked === method ? ((failed = true), fault) : 'pass');
      tasks.push(node.commit(key));
      await until(() => (node.outbox.kick(), failed));
      node.client.fault = () => 'pass';
      await node.mined(key);
    }
  }
  for (const task of tasks) expect(await node.times(task)).toBe(1);
  expect(await chain.nonce(node.wallet.address)).toBe(tasks.length);
});

test.each([1, 2, 3])('a reorg of %i blocks un-mines, and each comes back once', async (depth) => {
  const node = await Node.start();
  const tasks: string[] = [];
  const keys = ['a', 'b', 'c'];
  for (const key of keys) {
    tasks.push(node.commit(key));
    await node.mined(key);
  }
  await chain.request('anvil_reorg', [depth, []]);
  await until(() => (node.outbox.kick(), node.log.some((line) => line.includes('changed its mind'))), 'the reorg');
  await node.mined(...keys);
  await until(
    async () => (await Promise.all(tasks.map((task) => node.times(task)))).every((times) => times === 1),
    'all on chain',
  );
  await node.mined(...keys);
  expect(await chain.nonce(node.wallet.address)).toBe(3);
});

test('a receipt of a block that the index has not read is not believed: a reorg of it cannot go unnoticed', async () => {
  let height = 0;
  const node = await Node.start({ indexed: () => height });
  const task = node.commit('a');
  await until(async () => (node.outbox.kick(), (await node.times(task)) === 1));
  const asked = (): number => node.client.asked.filter((method) => method === 'eth_getTransactionReceipt').length;
  const before = asked();
  await until(() => (node.outbox.kick(), asked() > before + 3));
  expect(node.outbox.get('a')!.state).not.toBe('mined');
  await chain.request('anvil_reorg', [1, []]);
  await until(async () => (node.outbox.kick(), (await node.times(task)) === 1), 'its second block');
  height = Infinity;
  await node.mined('a');
  expect(await chain.nonce(node.wallet.address)).toBe(1);
});

type Event = 'intent' | 'crash' | 'lock' | 'unlock' | 'gone' | 'lost' | 'back' | 'hold' | 'mine' | 'reorg' | 'rounds';
const EVENTS: readonly Event[] = [
  'intent',
  'crash',
  'lock',
  'unlock',
  'gone',
  'lost',
  'back',
  'hold',
  'mine',
  'reorg',
  'rounds',
];

test('whatever happens in whatever order: every intent is mined exactly once, nonces without a gap', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...EVENTS), { minLength: 5, maxLength: 25 }), async (script) => {
      const node = await Node.start({ stuckMs: 30 });
      const tasks = new Map<string, string>();
      const intent = (): void => void tasks.set(`k${tasks.size}`, node.commit(`k${tasks.size}`));
      intent();
      const step: Record<Event, () => Promise<unknown> | void> = {
        intent,
        crash: async () => (await node.crash(), await node.open()),
        lock: () => void (node.signer.locked = true),
        unlock: () => void (node.signer.locked = false),
        gone: () => void (node.client.fault = () => 'gone'),
        lost: () => void (node.client.fault = (method) => (method === 'eth_sendRawTransaction' ? 'lost' : 'pass')),
        back: () => void (node.client.fault = () => 'pass'),
        hold: () => chain.request('evm_setAutomine', [false]),
        mine: () => chain.request('evm_mine'),
        reorg: () => chain.request('anvil_reorg', [1 + (tasks.size % 3), []]),
        rounds: async () => {
          for (let round = 0; round < 3; round++) {
            node.outbox.kick();
            await chain.request('eth_chainId');
          }
        },
      };
      for (const event of script) await step[event]();
      node.signer.locked = false;
      node.client.fault = () => 'pass';
      await chain.request('evm_setAutomine', [true]);
      await chain.request('evm_mine');
      const settled = async (): Promise<boolean> => {
        node.outbox.kick();
        if ([...tasks.keys()].some((key) => node.outbox.get(key)?.state !== 'mined')) return false;
        if (node.indexer.height !== Number(await chain.request<string>('eth_blockNumber'))) return false;
        return (await Promise.all([...tasks.values()].map((task) => node.times(task)))).every((times) => times >= 1);
      };
      await until(
        settled,
        () =>
          `all mined after ${script.join(' ')}: ${[...tasks.keys()].map((key) => JSON.stringify(node.outbox.get(key))).join('\n')}`,
      );
      for (const task of tasks.values()) expect(await node.times(task)).toBe(1);
      expect(await chain.nonce(node.wallet.address)).toBe(tasks.size);
      expect(node.failures).toEqual([]);
      await node.stop();
      cleanups.pop();
    }),
    { numRuns: 15, endOnFailure: true },
  );
});
