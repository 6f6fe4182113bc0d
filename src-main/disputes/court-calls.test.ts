import { keccak256, Signature, TypedDataEncoder, type Wallet } from 'ethers';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Address } from '../../src-shared/domain/ids.ts';
import { COURT, encodeCall } from '../chain/abi.ts';
import { currentDraw, foldDispute, type ChainDispute, type Opening } from '../chain/disputes-projection.ts';
import type { ChainEvent } from '../chain/events.ts';
import { TestChain } from '../chain/test-chain.ts';
import { digestOf, TestMarket } from '../chain/test-market.ts';
import { foldTask, type ChainTask } from '../chain/tasks-projection.ts';
import { contestCall, ruledFields } from '../tasks/market-calls.ts';
import { CALL_RULES, ruleFor } from '../wallet/calls.ts';
import { judgeTransaction } from '../wallet/policy.ts';
import { moot, POLICY, tx } from '../wallet/test-tools.ts';
import * as calls from './court-calls.ts';
import { commitmentFor } from './sealing.ts';
import { timeIs } from './test-court.ts';

type Hex = `0x${string}`;

let chain: TestChain;
let market: TestMarket;
let court: Address;
let jurors: Wallet[];
let task: ChainTask;
let first: ChainEvent[];
let snapshot: string;

/** Four jurors, and a case whose panel is not drawn yet. */
beforeAll(async () => {
  chain = await TestChain.start();
  market = await TestMarket.open(chain);
  court = chain.network.contracts.court;
  jurors = [];
  for (let n = 0; n < 4; n++) {
    const juror = await chain.account(true);
    await chain.sendData(juror, court, calls.joinCall(5n * 10n ** 18n));
    await chain.sendData(juror, court, calls.heartbeatCall());
    jurors.push(juror);
  }
  jurors.sort((a, b) => (a.address.toLowerCase() < b.address.toLowerCase() ? -1 : 1));
  await market.later(2);
  const solved = await market.solve(await market.submit(), digestOf('wrong'));
  const data = contestCall(solved, 'why');
  const hash = await chain.sendData(market.asker, chain.network.contracts.market, data!);
  const events = await market.events(hash);
  task = events.reduce<ChainTask | null>(foldTask, solved)!;
  first = events.filter(({ subject }) => subject.startsWith('case-'));
  await chain.request('anvil_mine', ['0x2']);
  snapshot = await chain.request<string>('evm_snapshot');
});
afterAll(() => chain.stop());

/** A case that is moved on by calls made from its events alone. */
class Case {
  readonly events: ChainEvent[] = [...first];

  get now(): ChainDispute {
    return this.events.reduce<ChainDispute | null>(foldDispute, null)!;
  }

  /** @throws when the court refuses */
  async send(from: Wallet, data: string): Promise<void> {
    const events = await market.events(await chain.sendData(from, court, data));
    this.events.push(...events.filter(({ subject }) => subject === `case-${this.now.id}`));
  }

  opening(juror: Wallet, vote: number, trace: number): Opening {
    const draw = currentDraw(this.now)!;
    const salt = keccak256(Buffer.from(`${juror.address}${draw.number}`)).slice(0, 34) as Hex;
    return { vote, trace: `0x${'0'.repeat(62)}${trace.toString(16).padStart(2, '0')}`, salt };
  }

  commitment(juror: Wallet, opening: Opening): Hex {
    const domain = { chainId: chain.network.chainId, court };
    return commitmentFor(domain, this.now.id, currentDraw(this.now)!.number, juror.address as Address, opening);
  }

  /** A ballot for the list: commitment and signature. */
  ballot(juror: Wallet, commitment: Hex): string {
    const domain = { name: 'Folkmoot Court', version: '1', chainId: chain.network.chainId, verifyingContract: court };
    const kinds = {
      Ballot: [
        ['uint256', 'disputeId'],
        ['uint16', 'draw'],
        ['bytes26', 'commitment'],
      ],
    };
    const types = { Ballot: kinds.Ballot.map(([type, name]) => ({ type: type!, name: name! })) };
    const value = { disputeId: this.now.id, draw: currentDraw(this.now)!.number, commitment };
    const { r, yParityAndS } = Signature.from(juror.signingKey.sign(TypedDataEncoder.hash(domain, types, value)));
    return commitment.slice(2) + r.slice(2) + yParityAndS.slice(2);
  }
}

const plan = fc.array(
  fc.record({
    way: fc.constantFrom<'direct' | 'list' | 'absent'>('direct', 'list', 'absent'),
    opens: fc.boolean(),
    vote: fc.integer({ min: 0, max: 2 }),
    trace: fc.integer({ min: 0, max: 2 }),
  }),
  { minLength: 4, maxLength: 4 },
);

test('whatever jurors do, every call that is due can be rebuilt from the events, and the court takes it', async () => {
  await fc.assert(
    fc.asyncProperty(plan, fc.boolean(), async (moves, appealed) => {
      await chain.request('evm_revert', [snapshot]);
      snapshot = await chain.request<string>('evm_snapshot');
      const it = new Case();
      const { terms, id } = it.now;
      await it.send(market.stranger, calls.drawCall(it.now));
      const votes = (): boolean => it.now.state === 'voting';
      for (let round = 0; votes() && round < 4; round++) {
        const draw = currentDraw(it.now)!;
        if (draw.seed === null) {
          await chain.request('anvil_mine', ['0x2']);
          await it.send(market.stranger, calls.drawCall(it.now));
        }
        const args = [calls.caseOf(it.now), calls.drawOf(currentDraw(it.now)!)] as const;
        const seats = await Promise.all(
          jurors.map(async ({ address }) => chain.client().read(COURT, court, 'seatsOf', [...args, address as Hex])),
        );
        const there = jurors.flatMap((juror, n) => (seats[n]! > 0n ? [{ juror, ...moves[n]! }] : []));
        const sealed = there.map((one) => ({ ...one, opening: it.opening(one.juror, one.vote, one.trace) }));
        const direct = sealed.filter(({ way }) => way === 'direct');
        const listed = sealed.filter(({ way }) => way === 'list');
        // One before the list and the others after it, where there is a list.
        const [early, ...late] = direct;
        if (early !== undefined)
          await it.send(early.juror, calls.commitCall(it.now, it.commitment(early.juror, early.opening)));
        if (listed.length > 0) {
          const ballots = listed.map(({ juror, opening }) => it.ballot(juror, it.commitment(juror, opening))).join('');
          const now = [calls.caseOf(it.now), calls.drawOf(currentDraw(it.now)!)] as const;
          await it.send(market.stranger, encodeCall(COURT, 'commitBatch', [BigInt(id), ...now, '0x', `0x${ballots}`]));
        }
        for (const { juror, opening } of late)
          await it.send(juror, calls.commitCall(it.now, it.commitment(juror, opening)));
        expect(currentDraw(it.now)!.ballots).toHaveLength(direct.length + listed.length);
        await timeIs(chain, draw.startedAt + terms.commitSeconds + 1);
        for (const { juror, opening, opens } of [...direct, ...listed]) {
          const own = currentDraw(it.now)!.ballots.find(
            (one) => one.juror.toLowerCase() === juror.address.toLowerCase(),
          )!;
          if (opens) await it.send(market.stranger, calls.openCall(it.now, own, opening));
        }
        if (calls.tallyCall(it.now, false) === null) await timeIs(chain, draw.startedAt + terms.commitSeconds + 21);
        const complete = calls.tallyCall(it.now, false);
        await it.send(market.stranger, complete ?? calls.tallyCall(it.now, true)!);
        if (!votes() && appealed && it.now.ruling!.round === 0) {
          await it.send(market.asker, calls.fundAppealCall(it.now, 1n));
          await it.send(market.asker, calls.fundAppealCall(it.now, 10n ** 18n));
          expect(it.now.state).toBe('voting');
        }
      }
      expect(votes()).toBe(false);
      for (const [which, past] of it.now.draws.entries()) {
        const args = [calls.caseOf(it.now), calls.drawOf(past)] as const;
        for (const [n, { address }] of jurors.entries()) {
          const seats = await chain.client().read(COURT, court, 'seatsOf', [...args, address as Hex]);
          if (seats === 0n || moves[n]!.way !== 'absent') continue;
          await it.send(market.stranger, calls.reportCall(it.now, which, [address as Address]));
        }
      }
      await timeIs(chain, it.now.ruling!.until + 1);
      await it.send(market.stranger, calls.executeCall(it.now, ruledFields(task)!));
      expect(it.now.state).toBe('over');
      const right = it.now.appeals[0]?.side === it.now.executed!.side;
      if (right) await it.send(market.stranger, calls.repayCall(id, 0, market.asker.address as Address));
      // Whoever begins to listen in the middle and hears the rest has the same case.
      const half = it.events.slice(0, it.events.length >> 1).reduce<ChainDispute | null>(foldDispute, null);
      expect(it.events.slice(it.events.length >> 1).reduce(foldDispute, half)).toEqual(it.now);
    }),
    { numRuns: 12 },
  );
}, 240_000);

test('the wallet signs all of them; only the bond of an appeal is spending', async () => {
  await chain.request('evm_revert', [snapshot]);
  snapshot = await chain.request<string>('evm_snapshot');
  const it = new Case();
  await it.send(market.stranger, calls.drawCall(it.now));
  const [one] = jurors;
  const opening = it.opening(one!, 1, 1);
  const commit = calls.commitCall(it.now, it.commitment(one!, opening));
  await it.send(one!, commit);
  const self = one!.address as Address;
  const about = {
    policy: { ...POLICY, contracts: { ...POLICY.contracts, court } },
    spends: [],
    self,
    now: Date.now(),
    ruleFor,
  };
  const spends = (data: string) => judgeTransaction(tx({ to: court, data: data as Hex }), about)?.amount ?? '0';
  const [ballot] = currentDraw(it.now)!.ballots;
  const free = [
    calls.drawCall(it.now),
    commit,
    calls.openCall(it.now, ballot!, opening),
    calls.tallyCall(it.now, true)!,
    calls.joinCall(5n),
    calls.resignCall(),
    calls.heartbeatCall(),
    calls.returnDepositCall(self),
    calls.repayCall('1', 0, self),
    calls.evidenceCall('1', 'look at this'),
    calls.executeCall(it.now, ruledFields(task)!),
    calls.deliverCall(it.now, ruledFields(task)!),
    calls.reportCall(it.now, 0, [self]),
  ];
  for (const data of free) expect(spends(data)).toBe('0');
  expect(spends(calls.fundAppealCall(it.now, BigInt(moot(3))))).toBe(moot(3));
  expect(CALL_RULES.filter(({ contract }) => contract === 'court')).toHaveLength(free.length + 2);
});
