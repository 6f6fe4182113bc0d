/** Items of a batch and seats of a replicated task before the real court, seven jurors each. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { Contract, Signer } from 'ethers';
import { itemRoot } from '../../../bench/gas/bulk.ts';
import {
  type Ballot,
  type System,
  DAY,
  abi,
  batch as sign,
  bench,
  coin,
  courtAt,
  deploy,
  ethers,
  known,
  later,
  marketSettings,
  mine,
  salt,
  seeded,
  system,
  tallyOf,
} from '../court/kit.ts';
import { said } from './modules.ts';

const PLAIN = 1;
const digestOf = (text: string): string => ethers.sha256(ethers.toUtf8Bytes(text));

describe('other modules before the real court', () => {
  let owner: Signer, requester: Signer, claimant: Signer, stranger: Signer;
  let solvers: Signer[], jurors: Signer[];
  let parts: System;
  let batches: Contract, replicas: Contract;
  let nonce = 0;

  const as = (contract: Contract, who: Signer): Contract => contract.connect(who) as Contract;
  const send = async (contract: Contract, who: Signer, name: string, ...args: unknown[]): Promise<void> => {
    await (
      await as(contract, who)
        .getFunction(name)
        .send(...args)
    ).wait();
  };

  before(async () => {
    const all = (await ethers.getSigners()) as unknown as Signer[];
    [owner, requester, claimant, stranger] = all as [Signer, Signer, Signer, Signer];
    [solvers, jurors] = [all.slice(4, 7), all.slice(7, 14)];
    const terms = { ...bench, firstSeats: 7 };
    parts = await system(owner, [requester, claimant, ...solvers, ...jurors], terms, terms);
    batches = await deploy('BatchMarket', parts.market.target);
    replicas = await deploy('ReplicatedTasks', parts.market.target);
    for (const module of [batches, replicas]) await send(parts.vault, owner, 'addModule', module.target, 1);
    await later(8 * DAY);
    for (const module of [batches, replicas]) await send(parts.vault, stranger, 'activateModule', module.target);
    await send(parts.market, owner, 'setSettings', PLAIN, { ...marketSettings, checksBps: 0 });
    for (const juror of jurors) await send(parts.court, juror, 'join', coin(2));
    await later(2 * DAY);
    for (const juror of jurors) await send(parts.court, juror, 'heartbeat');
    parts.court = await courtAt(parts.court.target as string, owner);
  });

  const order = (fee: bigint) => ({
    model: parts.model,
    nonce: nonce++,
    fee,
    maxExtra: coin(1),
    lifetime: 3 * DAY,
    class: PLAIN,
    assurance: 0,
    readable: false,
  });

  /** The jury says it, and the ruling is executed with these fields. */
  async function judge(forClaimant: boolean, fields: string): Promise<void> {
    const id = (await as(parts.court, owner).getFunction('docket')()).cases as bigint;
    let it = await known(parts.court, id);
    const draw = await seeded(it);
    const trace = ethers.hexlify(ethers.randomBytes(32));
    const ballots: Ballot[] = jurors.map((juror) => ({ juror, vote: forClaimant ? 1 : 2, trace, salt: salt() }));
    await send(
      parts.court,
      stranger,
      'commitBatch',
      id,
      it.case_,
      draw,
      '0x',
      await sign(parts.court, it, draw, ballots),
    );
    await later(601);
    it = await known(parts.court, id);
    await send(parts.court, stranger, 'tally', id, it.case_, it.draw, await tallyOf(it, ballots));
    await later(601);
    it = await known(parts.court, id);
    await send(parts.court, stranger, 'execute', id, it.case_, it.history, fields);
  }

  const balanceOf = async (who: Signer): Promise<bigint> => (await parts.vault.getFunction('accountOf')(who)).balance;
  const lockedOf = async (who: Signer): Promise<bigint> => (await parts.vault.getFunction('accountOf')(who)).locked;

  async function nothingLeft(module: Contract): Promise<void> {
    const { escrowed, locked } = await parts.vault.getFunction('moduleOf')(module.target);
    assert.deepEqual([escrowed, locked], [0n, 0n]);
    for (const party of [claimant, ...solvers]) assert.equal(await lockedOf(party), 0n);
  }

  it('an item is overturned, another stands, and the rest of the run is paid meanwhile', async () => {
    const solver = solvers[0] as Signer;
    await send(
      batches,
      requester,
      'submitBatch',
      order(coin(1)),
      [0, 1, 2, 3].map((i) => ethers.toUtf8Bytes(`${i}`)),
    );
    const { batchId, batch } = (await said(batches)).findLast(({ name }) => name === 'BatchSubmitted')?.args ?? {};
    await mine(2);
    const digests = [0, 1, 2, 3].map((i) => digestOf(`result ${i}`));
    const root = itemRoot(digests.map((digest, i) => [i, digest] as const));
    const word = ethers.hexlify(ethers.randomBytes(32));
    const commitment = await batches.getFunction('commitmentFor')(batchId, solver, word, root);
    await send(batches, solver, 'commitRoot', batchId, 0, commitment, 15);
    await later(1);
    await send(batches, solver, 'revealRun', batch, { items: 15, slot: 0, largest: 8, salt: word, digests });
    const run = (await said(batches)).findLast(({ name }) => name === 'RunRevealed')?.args.run;
    const leaf = (i: number): string => itemRoot([[i, digests[i] ?? '']]);
    const pair = (i: number, j: number): string => {
      const [low, high] = [leaf(i), leaf(j)].sort() as [string, string];
      return ethers.keccak256(ethers.concat([low, high]));
    };
    const before = await balanceOf(requester);
    const type = batches.interface.getFunction('batchIdOf')?.inputs[0] ?? '';
    const fields = async (index: number): Promise<string> =>
      abi.encode([type as never, 'uint8', 'address'], [batch, index, await solver.getAddress()]);
    const other = [pair(2, 3), pair(0, 1)];
    await send(
      batches,
      claimant,
      'contestItem',
      batch,
      run,
      { index: 1, digest: digests[1], proof: [leaf(0), other[0]] },
      '',
    );
    await judge(true, await fields(1));
    assert.equal((await balanceOf(requester)) - before, coin(2), 'fee and model fee');
    await assert.rejects(
      send(
        batches,
        claimant,
        'contestItem',
        batch,
        run,
        { index: 2, digest: digests[2], proof: [leaf(3), other[1]] },
        '',
      ),
    );
    await send(batches, stranger, 'claimRun', batch, run);
    await nothingLeft(batches);
  });

  it('a seat is thrown out, and the others are paid', async () => {
    await send(replicas, requester, 'submit', order(coin(3)), 3, ethers.toUtf8Bytes('question'));
    const { taskId, job } = (await said(replicas)).findLast(({ name }) => name === 'JobSubmitted')?.args ?? {};
    await mine(2);
    const word = ethers.hexlify(ethers.randomBytes(32));
    const answers = ['yes', 'no', 'yes'].map(digestOf);
    for (const [i, solver] of solvers.entries()) {
      const commitment = await parts.market.getFunction('commitmentFor')(taskId, solver, word, answers[i]);
      await send(replicas, solver, 'take', job, commitment);
    }
    await later(1);
    for (const [i, solver] of solvers.entries()) await send(replicas, solver, 'open', job, word, answers[i], 3);
    const type = replicas.interface.getFunction('taskIdOf')?.inputs[0] ?? '';
    const fields = async (i: number): Promise<string> =>
      abi.encode([type as never, 'address', 'bytes32'], [job, await (solvers[i] as Signer).getAddress(), answers[i]]);
    await send(replicas, claimant, 'contest', job, solvers[1], answers[1], '');
    await judge(true, await fields(1));
    const seats = await Promise.all(
      solvers.map(async (solver, i) => {
        const stage = i === 1 ? 3 : 2;
        return { solver: await solver.getAddress(), stage, value: i === 1 ? ethers.ZeroHash : answers[i] };
      }),
    );
    seats.sort((a, b) => (a.solver.toLowerCase() < b.solver.toLowerCase() ? -1 : 1));
    await send(replicas, stranger, 'finish', job, seats);
    const { name, args } = (await said(replicas)).findLast((event) => event.name === 'JobAgreed') ?? {};
    assert.equal(name, 'JobAgreed');
    assert.deepEqual([args?.paid, args?.back], [2n, coin(1)]);
    await nothingLeft(replicas);
  });

  it('a result that stands is paid at once, and its lock is not given free twice', async () => {
    const solver = solvers[2] as Signer;
    await send(batches, requester, 'submitBatch', order(coin(1)), [ethers.toUtf8Bytes('one')]);
    const { batchId, batch } = (await said(batches)).findLast(({ name }) => name === 'BatchSubmitted')?.args ?? {};
    await mine(2);
    const [word, digest] = [ethers.hexlify(ethers.randomBytes(32)), digestOf('right')];
    const root = itemRoot([[0, digest]]);
    const commitment = await batches.getFunction('commitmentFor')(batchId, solver, word, root);
    await send(batches, solver, 'commitRoot', batchId, 0, commitment, 1);
    await later(1);
    await send(batches, solver, 'revealRun', batch, { items: 1, slot: 0, largest: 8, salt: word, digests: [digest] });
    const run = (await said(batches)).findLast(({ name }) => name === 'RunRevealed')?.args.run;
    await send(batches, claimant, 'contestItem', batch, run, { index: 0, digest, proof: [] }, '');
    const type = batches.interface.getFunction('batchIdOf')?.inputs[0] ?? '';
    await judge(false, abi.encode([type as never, 'uint8', 'address'], [batch, 0, await solver.getAddress()]));
    assert.equal((await said(batches)).at(-1)?.name, 'ItemsPaid');
    await nothingLeft(batches);
  });
});
