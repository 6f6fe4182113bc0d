import { hexlify, parseEther, randomBytes } from 'ethers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Address } from '../../src-shared/domain/ids.ts';
import { DUTY } from '../chain/abi.ts';
import { TestChain } from '../chain/test-chain.ts';
import { TestMarket } from '../chain/test-market.ts';
import { reservation, struct } from '../tasks/market-calls.ts';
import { draw, drawNumber, isOnDuty, type Odds } from './draw.ts';
import { Roster, type RosterFacts } from './roster.ts';
import { CHECKED, nextBlock, rosterCall } from './test-duty.ts';

let chain: TestChain;
let market: TestMarket;
beforeAll(async () => {
  chain = await TestChain.start({ ...CHECKED, checksBps: 10_000n });
  market = await TestMarket.open(chain);
});
afterAll(() => chain.stop());

test('reckons each draw as the contract does', async () => {
  const people = [await chain.account(true), await chain.account(true), await chain.account(true)];
  for (const person of people.slice(0, 2)) await rosterCall(market, person, 'signOn', parseEther('5'));
  await nextBlock(chain);
  const client = chain.client();
  const { duty } = chain.network.contracts;
  const seen = new Set<string>();
  for (let n = 0; n < 12; n++) {
    const task = await market.submit({ fee: 10n ** 18n, lifetime: 7_200n });
    await nextBlock(chain);
    await nextBlock(chain);
    const { hash } = (await client.block(task.fields.submittedIn + 1)) ?? { hash: null };
    for (const person of people) {
      const me = person.address as Address;
      const said = await client.read(DUTY, duty, 'isDrawn', [struct(task.fields), reservation(null), me as never]);
      const facts = await factsOf(me);
      const reckoned = draw(task.id, hash, task.fields.checksBps, task.fields.submittedAt, me, facts);
      expect(reckoned).toBe(said[0] ? 'drawn' : 'not-drawn');
      seen.add(reckoned);
    }
  }
  expect(seen).toEqual(new Set(['drawn', 'not-drawn']));
  await client.stop();
});

async function factsOf(me: Address): Promise<RosterFacts> {
  const client = chain.client();
  await client.start();
  const facts = await new Promise<RosterFacts>((resolve) => {
    const roster = new Roster(
      client,
      () => me,
      () => resolve(roster.facts as RosterFacts),
    );
    roster.look();
  });
  await client.stop();
  return facts;
}

const ODDS: Odds = {
  checker: { deposit: 5n, atRisk: 0n, pending: 0, since: 100, seenAt: 1_000, weight: 50n, offAt: 0 },
  trace: { stake: 50n, changedAt: 90, before: 0n, changedBefore: 0 },
  minDeposit: 5n,
  onDuty: new Map([[0, 50n]]),
};
const TASK = `0x${'11'.repeat(32)}` as never;
const ME = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266' as Address;

test('who is not on duty at that moment is not drawn, whatever the block says', () => {
  expect(isOnDuty(ODDS, 500)).toBe(true);
  expect(isOnDuty(ODDS, 100)).toBe(false);
  expect(isOnDuty(ODDS, 1_000 + 86_401)).toBe(false);
  expect(isOnDuty({ ...ODDS, minDeposit: 6n }, 500)).toBe(false);
  expect(isOnDuty({ ...ODDS, checker: { ...ODDS.checker, offAt: 400 } }, 500)).toBe(false);
  expect(draw(TASK, null, 10_000, 100, ME, ODDS)).toBe('not-drawn');
  expect(draw(TASK, null, 10_000, 500, ME, ODDS)).toBe('unknown');
});

test('stake that came after the moment weighs nothing, and the share drawn is the share expected', () => {
  const late = { ...ODDS, trace: { ...ODDS.trace, changedAt: 600 } };
  const hash = hexlify(randomBytes(32));
  expect(draw(TASK, hash, 65_535, 500, ME, late)).toBe('not-drawn');
  let drawn = 0;
  for (let n = 0; n < 4_000; n++) {
    if (draw(TASK, `0x${n.toString(16).padStart(64, '0')}`, 2_500, 500, ME, ODDS) === 'drawn') drawn++;
  }
  // A quarter of 4,000, within five standard deviations.
  expect(Math.abs(drawn - 1_000)).toBeLessThan(140);
  expect(drawNumber(TASK, hash, ME)).toBeLessThan(2n ** 64n);
});
