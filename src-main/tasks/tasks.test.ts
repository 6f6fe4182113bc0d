import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { FolkmootError } from '../../src-shared/domain/errors.ts';
import type { Amount, Digest, ModelId } from '../../src-shared/domain/ids.ts';
import { MARKET } from '../chain/abi.ts';
import { ChainError } from '../chain/errors.ts';
import { TestChain, until } from '../chain/test-chain.ts';
import { digestOf, orderOf, TestMarket } from '../chain/test-market.ts';
import { Retries } from './retries.ts';
import { Person, plusOne, sha256, TestBlobs, together } from './test-world.ts';

let chain: TestChain;
let market: TestMarket;
let blobs: TestBlobs;
beforeAll(async () => void (chain = await TestChain.start()));
afterAll(() => chain.stop());
beforeEach(async () => {
  // A model for each test, so that the tasks of one are none of the next one's business.
  market = await TestMarket.open(chain);
  blobs = new TestBlobs();
  // The pauses between two tries are tested in retries.test.ts.
  vi.spyOn(Retries.prototype, 'waits').mockReturnValue(false);
});
afterEach(() => void vi.restoreAllMocks());

const person = (): Promise<Person> => Person.join(chain, { model: market.digest, blobs });

/** The chain's time runs on, and everybody's clock with it. */
const CLAIM_WINDOW_S = 21;

test('asked, solved, answered, paid: the same story on both sides, with the proofs', async () => {
  const [asker, solver] = [await person(), await person()];
  asker.paused = true;
  const key = await asker.ask();
  await together(
    [asker, solver],
    () => asker.view(key)?.answer !== null && asker.view(key)?.state === 'solved',
    'an answer',
  );
  expect(asker.view(key)?.answer?.text).toBe('y: 2, 3');
  const { id } = asker.view(key)!;
  await until(() => (solver.wake(), solver.work(id!)?.work === 'revealed'));
  expect(solver.ledger.view().pending).toBe('900000000000000');
  await market.later(CLAIM_WINDOW_S);
  await together(
    [asker, solver],
    () => solver.work(id!)?.work === 'paid' && asker.view(key)?.state === 'final',
    'the payout',
  );
  const worked = solver.work(id!)!;
  expect(worked.steps.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining([
      'posted',
      'seen',
      'accepted',
      'fetched',
      'computed',
      'committed',
      'revealed',
      'served',
      'paid',
    ]),
  );
  expect(asker.view(key)!.steps.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['posting', 'posted', 'committed', 'revealed', 'result', 'final']),
  );
  for (const { kind, proof } of worked.steps) {
    if (['posted', 'committed', 'revealed', 'paid'].includes(kind)) expect(proof?.kind).toBe('transaction');
  }
  expect(solver.ledger.view()).toMatchObject({ total: '900000000000000', pending: '0', tasksPaid: 1 });
  const [entry] = solver.ledger.page(null, 10);
  expect(entry?.transactions.map(({ step }) => step)).toEqual(['commit', 'reveal', 'claim']);
  expect([...asker.node.failures, ...solver.node.failures]).toEqual([]);
});

test('another machine opens its result first: lost, said so, nothing claimed', async () => {
  const solver = await person();
  solver.compute = () => new Promise(() => undefined);
  const task = await market.submit();
  await solver.until(() => solver.work(task.id)?.work === 'computing', 'the computation');
  const second = await market.submit();
  await market.solve(task);
  await solver.until(() => solver.work(task.id)?.work === 'lost', 'the loss');
  expect(solver.work(task.id)?.reason).toBe('lost: another machine opened its result first');
  expect(solver.work(second.id)?.reason).toBe('waiting: this machine is busy with another task');
  expect(solver.ledger.view().total).toBe('0');
});

test('a race that is lost between the estimate and the block is lost, not failed', async () => {
  const solver = await person();
  const task = await market.submit();
  await market.commit(task, digestOf('result'));
  const ask = solver.node.client.request.bind(solver.node.client);
  let raced = false;
  solver.node.client.request = async (method, params) => {
    const answer = await ask(method, params);
    const [call] = params as [{ data?: string }];
    if (method === 'eth_estimateGas' && !raced && call.data?.length === 10 + 64 * 13) {
      raced = true;
      await market.reveal(task, digestOf('result'));
    }
    return answer as never;
  };
  await market.later(31);
  await solver.until(
    () => solver.work(task.id)?.work === 'lost',
    () => `the loss, ${JSON.stringify(solver.work(task.id))}`,
  );
  expect(raced).toBe(true);
  expect(solver.work(task.id)?.reason).toBe('lost: another machine opened its result first');
});

test('a rival that commits and vanishes holds nobody off for longer than a moment, however often it commits', async () => {
  const solver = await person();
  solver.paused = true;
  const task = await market.submit();
  await market.commit(task, digestOf('nothing'), { from: market.stranger });
  await solver.until(() => solver.work(task.id) !== undefined);
  // The rival first, or there is nobody to wait for.
  await solver.until(() => solver.node.indexer.rows.task(task.id)?.commitments.length === 1, 'the rival');
  solver.paused = false;
  await solver.until(() => solver.work(task.id)?.reason.includes('sealed a result first'), 'the wait');
  await market.later(20);
  await market.commit(task, digestOf('nothing'), { from: market.stranger, slot: 1n });
  await market.later(11);
  await solver.until(() => solver.work(task.id)?.work === 'revealed', 'the result');
});

test('commitments of others do not crowd out its own', async () => {
  const solver = await person();
  solver.paused = true;
  const task = await market.submit();
  await chain.hold(true);
  for (let slot = 0; slot < 33; slot++)
    await market.commit(task, digestOf(`${slot}`), { from: market.stranger, slot: BigInt(slot) });
  await chain.hold(false);
  await chain.request('evm_mine');
  await solver.until(() => solver.node.indexer.rows.task(task.id)?.commitments.length === 32, 'the crowd');
  solver.paused = false;
  await market.later(31);
  await solver.until(() => solver.work(task.id)?.work === 'revealed', 'the result');
});

test('hundreds of worthless open tasks do not hide one that pays', async () => {
  const junk = await market.register(digestOf('unknown model'), '0' as Amount);
  const nonce = await chain.nonce(market.asker.address);
  await chain.hold(true);
  const submit = async (model: string, fee: bigint): Promise<unknown> => {
    const args = [orderOf(model as string as ModelId, fee, 600n), '0x0102'] as const;
    return chain.send(market.asker, chain.network.contracts.market, MARKET, 'submit', args);
  };
  for (let n = 0; n < 60; n++) await submit(junk, 10n ** 18n);
  for (let n = 0; n < 130; n++) await submit(market.model, 10n ** 12n);
  await chain.hold(false);
  await chain.request('evm_mine');
  await until(async () => (await chain.nonce(market.asker.address)) === nonce + 190);
  const good = await market.submit();
  const solver = await person();
  await solver.until(() => solver.work(good.id)?.work === 'revealed', 'the good one');
  // Every one of the cheap ones was looked at in its turn; the unknown ones left no trace.
  const seen = (): number =>
    (solver.node.db.prepare(`SELECT count(*) AS n FROM works WHERE reason_code = 'FEE_LOW'`).get() as { n: number }).n;
  await solver.until(
    () => seen() === 130,
    () => `all looked at, ${seen()}`,
  );
  expect(solver.node.db.prepare('SELECT count(*) AS n FROM works').get()).toEqual({ n: 131 });
  expect(solver.tasks.works.nearest()).toMatch(/^plus one, waiting: the fee .* is below your minimum/);
});

test('the money of a task that nobody solves comes back by itself, also when the first try is refused', async () => {
  const asker = await person();
  asker.paused = true;
  const key = await asker.ask();
  await asker.until(() => asker.view(key)?.state === 'posted', 'the post');
  const ask = asker.node.client.request.bind(asker.node.client);
  let refusals = 0;
  asker.node.client.request = (method, params) => {
    // An endpoint whose clock is the newest block's.
    if (method === 'eth_estimateGas' && refusals++ < 2) throw new ChainError('CHAIN_REFUSED', 'DeadlineNotPassed(1)');
    return ask(method, params);
  };
  await market.later(601);
  await asker.until(() => asker.view(key)?.state === 'refunded', 'the refund');
  expect(refusals).toBeGreaterThan(2);
  expect(asker.view(key)).toMatchObject({ net: '0', reason: 'nobody solved it: your money is back' });
});

test('a claim that is refused is tried again until it is paid', async () => {
  const solver = await person();
  const task = await market.submit();
  await solver.until(() => solver.work(task.id)?.work === 'revealed', 'the result');
  const ask = solver.node.client.request.bind(solver.node.client);
  let refusals = 0;
  solver.node.client.request = (method, params) => {
    if (method === 'eth_estimateGas' && refusals++ < 3) throw new ChainError('CHAIN_REFUSED', 'ClaimWindowOpen(1)');
    return ask(method, params);
  };
  await market.later(CLAIM_WINDOW_S);
  await solver.until(() => solver.work(task.id)?.reason.includes('trying again'), 'the refusal');
  await solver.until(() => solver.work(task.id)?.work === 'paid', 'the payout');
  expect(refusals).toBeGreaterThan(3);
});

test('too early, a task is not taken back; at its time it is, and a solver that waited lets go of it', async () => {
  const [asker, solver] = [await person(), await person()];
  asker.paused = true;
  solver.paused = true;
  const key = await asker.ask();
  await together([asker, solver], () => asker.view(key)?.state === 'posted');
  const id = asker.view(key)!.id!;
  expect(() => asker.tasks.asker.retract(key)).toThrow(/too early/);
  await solver.until(() => solver.work(id)?.work === 'waiting');
  await market.later(21);
  await asker.until(() => asker.node.client.now() > asker.view(key)!.retractAt! / 1_000);
  asker.tasks.asker.retract(key);
  await together(
    [asker, solver],
    () => asker.view(key)?.state === 'refunded' && solver.work(id)?.work === 'skipped',
    'the end',
  );
  expect(solver.work(id)?.reason).toBe('skipped: the asker took it back');
  expect(() => asker.tasks.asker.retract(key)).toThrow(/nothing to take back/);
  expect(() => asker.tasks.asker.retract('no such')).toThrow(/did not ask/);
});

test('a result that cannot be fetched is said so, and fetched when it can', async () => {
  const [asker, solver] = [await person(), await person()];
  asker.paused = true;
  blobs.silent.add(solver.address.toLowerCase());
  const key = await asker.ask();
  const waits = (): boolean | undefined =>
    asker.view(key)?.steps.some(({ text }) => text.includes('could not be fetched yet'));
  await together([asker, solver], waits, 'the trouble');
  expect(asker.view(key)).toMatchObject({ state: 'solved', answer: null });
  blobs.silent.clear();
  await together([asker, solver], () => asker.view(key)?.answer !== null, 'the answer');
  expect(waits()).toBe(false);
});

test('a result that is not what the model gives is no answer', async () => {
  const asker = await person();
  asker.paused = true;
  const key = await asker.ask();
  await asker.until(() => asker.view(key)?.state === 'posted');
  const { digest } = await blobs.of(market.solver.address).keep(Uint8Array.of(1, 2, 3, 4, 5));
  await market.solve(asker.node.indexer.rows.task(asker.view(key)!.id!)!, digest);
  await asker.until(() => asker.view(key)?.steps.some(({ text }) => text.includes('too many bytes')), 'the refusal');
  expect(asker.view(key)?.answer).toBeNull();
});

test('own tasks, a pause, a low fee, too little stake, no key: nothing is begun, and each is said', async () => {
  const solver = await person();
  const own = await solver.ask();
  await solver.until(() => solver.view(own)?.state === 'posted');
  const reason = async (change: () => void, undo: () => void, wanted: string, fee = 10n ** 15n): Promise<void> => {
    change();
    const task = await market.submit({ fee });
    await solver.until(() => solver.work(task.id)?.reason.includes(wanted), wanted);
    await market.later(601);
    await solver.until(() => solver.work(task.id)?.work === 'skipped', 'its end');
    undo();
  };
  await reason(
    () => void (solver.paused = true),
    () => void (solver.paused = false),
    'you paused this machine',
  );
  await reason(
    () => undefined,
    () => undefined,
    'below your minimum',
    10n ** 14n,
  );
  await reason(
    () => void (solver.free = 1n),
    () => void (solver.free = 10n ** 21n),
    'of free stake',
  );
  await reason(
    () => void (solver.node.signer.locked = true),
    () => void (solver.node.signer.locked = false),
    'the wallet is locked',
  );
  solver.catalogue.setPreference(market.digest, { optedIn: false });
  await reason(
    () => undefined,
    () => undefined,
    'you have not allowed plus one',
  );
  expect(solver.work(solver.view(own)!.id!)).toBeUndefined();
  expect(solver.node.db.prepare(`SELECT count(*) AS n FROM outbox WHERE key LIKE 'commit%'`).get()).toEqual({ n: 0 });
});

test('as many works at a time as there are lanes, and none of them twice', async () => {
  const solver = await person();
  solver.lanes = 2;
  const [begun, free] = [[] as string[], [] as Array<() => void>];
  solver.compute = async (job) => {
    begun.push(job.key);
    await new Promise<void>((resolve) => free.push(resolve));
    return plusOne(job);
  };
  const tasks = [await market.submit(), await market.submit(), await market.submit()];
  const waits = (): boolean => tasks.some(({ id }) => solver.work(id)?.reason.includes('busy') === true);
  await solver.until(() => begun.length === 2 && waits(), 'two at work, and one that waits');
  for (let round = 0; round < 5; round++) solver.wake();
  expect(new Set(begun).size).toBe(2);
  free.shift()?.();
  await solver.until(() => begun.length === 3, 'the third');
  for (const each of free) each();
  await solver.until(() => tasks.every(({ id }) => solver.work(id)?.work === 'revealed'), 'all three');
  expect(begun.toSorted()).toEqual(tasks.map(({ id }) => id as string).toSorted());
});

test('stake that a result in the making will lock is not promised twice', async () => {
  const solver = await person();
  const lock = 20n * 10n ** 15n;
  solver.free = lock + 1n;
  solver.node.client.fault = (method) => (method === 'eth_sendRawTransaction' ? 'gone' : 'pass');
  const first = await market.submit();
  await solver.until(() => solver.work(first.id)?.work === 'committing');
  const second = await market.submit();
  await solver.until(() => solver.work(second.id)?.reason.includes('of free stake'), 'the wait');
});

test('an input that nobody serves is given up after a few tries, and does not stop what comes after', async () => {
  const solver = await person();
  const args = [
    orderOf(market.model, 10n ** 16n, 600n),
    digestOf('missing') as string as `0x${string}`,
    5_000n,
  ] as const;
  const hash = await chain.send(market.asker, chain.network.contracts.market, MARKET, 'submitBlob', args);
  const [event] = await market.events(hash);
  const good = await market.submit();
  await solver.until(() => solver.work(event!.subject)?.work === 'failed', 'the end of the tries');
  expect(solver.work(event!.subject)?.reason).toBe('failed: no peer has it');
  await solver.until(() => solver.work(good.id)?.work === 'revealed', 'the other one');
});

test('an input that does not fit the model is refused before it costs anything', async () => {
  const solver = await person();
  const task = await market.submit({ input: '0x010203' });
  await solver.until(() => solver.work(task.id)?.work === 'failed');
  expect(solver.node.outbox.get(`commit:${task.id}`)).toBeUndefined();
});

test('a full disk stops the work and is told, and is no reason to give the task up', async () => {
  const solver = await person();
  let full = true;
  solver.compute = async (job) => {
    if (full) throw new FolkmootError('DISK_FULL', 'The disk is full.');
    return plusOne(job);
  };
  const task = await market.submit();
  await solver.until(() => solver.node.failures.length > 0, 'the failure');
  expect(solver.node.failures[0]).toMatchObject({ code: 'DISK_FULL' });
  full = false;
  await solver.until(() => solver.work(task.id)?.work === 'revealed', 'the result');
});

test('what cannot be asked says why, and nothing is paid', async () => {
  const asker = await person();
  await expect(asker.ask('1')).rejects.toThrow(/smallest fee/);
  await expect(asker.ask(`${10n ** 21n}`)).rejects.toThrow(/ready to pay/);
  await expect(asker.ask(undefined, [1, 2, 3])).rejects.toMatchObject({ code: 'INPUT_SIZE' });
  asker.node.signer.locked = true;
  await expect(asker.ask()).rejects.toMatchObject({ code: 'WALLET_LOCKED' });
  asker.node.signer.locked = false;
  expect(asker.tasks.asker.page(null, 10)).toEqual([]);
  // Accepted here, refused by the contract: the model was retired a moment ago.
  asker.node.client.request = ((real) => (method, params) => {
    if (method === 'eth_estimateGas') throw new ChainError('CHAIN_REFUSED', 'ModelNotActive(0x1)');
    return real(method, params);
  })(asker.node.client.request.bind(asker.node.client)) as typeof asker.node.client.request;
  const key = await asker.ask();
  await asker.until(() => asker.view(key)?.state === 'failed');
  expect(asker.view(key)).toMatchObject({
    net: '0',
    reason: 'It could not be posted, nothing was paid: ModelNotActive(0x1)',
  });
});

test('digests of the test world are those of the app', () => {
  expect(sha256(Buffer.from('x'))).toBe(digestOf('x') as Digest);
});
