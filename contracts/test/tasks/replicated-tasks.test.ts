import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { AbiCoder, type Contract, type Signer, ZeroHash, randomBytes, sha256, toUtf8Bytes } from 'ethers';
import { type System, START, WINDOW, coin, missing, said, system } from './modules.ts';

const STAGE = { sealed: 1, opened: 2, out: 3, confirmed: 4 } as const;
const digestOf = (text: string): string => sha256(toUtf8Bytes(text));

interface Seat {
  readonly solver: string;
  readonly stage: number;
  readonly value: string;
}

describe('life of replicated tasks, through the application binary interface', () => {
  let all: System;
  let replicas: Contract;
  let requester: Signer, stranger: Signer;
  let solvers: Signer[];
  let nonce = 0;

  before(async () => {
    all = await system(6);
    [requester, stranger] = all.signers as [Signer, Signer];
    solvers = all.signers.slice(2, 6);
    replicas = await all.deploy('ReplicatedTasks', all.market.target);
    await all.call(all.vault, all.owner, 'addModule', replicas.target, 1);
  });

  async function post(seats: number): Promise<void> {
    const order = {
      model: all.model,
      nonce: nonce++,
      fee: coin(3),
      maxExtra: all.modelFee,
      lifetime: 3_600,
      class: 0,
      assurance: 0,
      readable: true,
    };
    await all.call(replicas, requester, 'submit', order, seats, toUtf8Bytes('question'));
    await all.wait(1_800);
  }

  /** The task posted last, and its seats as {finish} wants them, from the logs alone. */
  async function known(): Promise<{ taskId: string; job: unknown; seats: Seat[] }> {
    const log = await said(replicas);
    const submitted = log.findLast(({ name }) => name === 'JobSubmitted');
    const seats = new Map<string, Seat>();
    for (const { name, args } of log) {
      if (args.taskId !== submitted?.args.taskId) continue;
      const solver = args.solver as string;
      const before = seats.get(solver);
      if (name === 'SeatTaken') {
        seats.set(solver, { solver, stage: STAGE.sealed, value: `${args.commitment as string}${'0'.repeat(12)}` });
      }
      if (name === 'SeatOpened') seats.set(solver, { solver, stage: STAGE.opened, value: args.resultDigest as string });
      if (name === 'SeatRuled' && before !== undefined) {
        const stage = Number(args.stage);
        seats.set(solver, { solver, stage, value: stage === STAGE.out ? ZeroHash : before.value });
      }
    }
    const ascending = [...seats.values()].sort((a, b) => (a.solver.toLowerCase() < b.solver.toLowerCase() ? -1 : 1));
    return { taskId: submitted?.args.taskId as string, job: submitted?.args.job, seats: ascending };
  }

  /** Each takes a seat with its answer, then all but those without one open it. @returns gas of seats and openings */
  async function answer(answers: readonly (string | undefined)[]): Promise<{ take: number; open: number }> {
    const { job, taskId } = await known();
    const salts = answers.map(() => randomBytes(32));
    const gas = { take: 0, open: 0 };
    for (const [i, text] of answers.entries()) {
      const solver = solvers[i] as Signer;
      const digest = digestOf(text ?? 'never shown');
      const commitment = await all.view(all.market, 'commitmentFor', taskId, solver, salts[i], digest);
      gas.take = await all.call(replicas, solver, 'take', job, commitment);
    }
    await all.wait(1);
    for (const [i, text] of answers.entries()) {
      if (text === undefined) continue;
      gas.open = await all.call(replicas, solvers[i] as Signer, 'open', job, salts[i], digestOf(text), 8);
    }
    return gas;
  }

  async function nothingLeft(): Promise<void> {
    const module = await all.view<{ escrowed: bigint; locked: bigint }>(all.vault, 'moduleOf', replicas.target);
    assert.deepEqual([module.escrowed, module.locked], [0n, 0n]);
  }

  it('three agree and a stranger ends the task, from the logs alone', async (t) => {
    await post(3);
    const gas = await answer(['yes', 'yes', 'yes']);
    const { job, seats, taskId } = await known();
    await all.wait(WINDOW);
    const finish = await all.call(replicas, stranger, 'finish', job, seats);
    t.diagnostic(`take ${gas.take}, open ${gas.open}, finish three seats ${finish}`);
    assert.ok(gas.take < 88_000 && gas.open < 46_000 && finish < 180_000);
    assert.equal(await all.view(replicas, 'resultOf', taskId), digestOf('yes'));
    assert.equal(await all.balance(requester), START - coin(3.5));
    await nothingLeft();
  });

  it('one who differs is thrown out by another seat, and the others are paid', async () => {
    await post(3);
    await answer(['yes', 'no', 'yes']);
    const { job } = await known();
    const liar = solvers[1] as Signer;
    await all.call(replicas, solvers[0] as Signer, 'contest', job, liar, digestOf('no'), 'ipfs://evidence');
    const type = replicas.interface.getFunction('taskIdOf')?.inputs[0] ?? '';
    const fields = AbiCoder.defaultAbiCoder().encode(
      [type, 'address', 'bytes32'],
      [job, await liar.getAddress(), digestOf('no')],
    );
    await all.call(all.court, stranger, 'decide', 1, 1, fields);
    await all.wait(WINDOW);
    await all.call(replicas, stranger, 'finish', job, (await known()).seats);
    const { name, args } = (await said(replicas)).findLast((event) => event.name === 'JobAgreed') ?? {};
    assert.equal(name, 'JobAgreed');
    assert.deepEqual([args?.paid, args?.back], [2n, coin(1)]);
    await nothingLeft();
  });

  it('one who does not open loses the bond, and all ends', async () => {
    await post(2);
    await answer(['yes', undefined]);
    await all.wait(2 * WINDOW);
    const { job, seats } = await known();
    await all.call(replicas, stranger, 'finish', job, seats);
    const log = await said(replicas);
    assert.equal(log.findLast(({ name }) => name === 'SeatMissed')?.args.bond, coin(1.5));
    assert.equal(log.at(-1)?.args.back, coin(3.5));
    await nothingLeft();
  });

  it('empty seats at the deadline give everything back', async () => {
    const before = await all.balance(requester);
    await post(4);
    await answer([]);
    await all.wait(1_900);
    const { job, seats } = await known();
    await all.call(replicas, stranger, 'refund', job, seats);
    assert.equal(await all.balance(requester), before);
    await nothingLeft();
  });

  it('what is written in the artifact is what the interface promises', async () => {
    assert.deepEqual(await missing('ReplicatedTasks', 'IReplicatedTasks'), []);
  });
});
