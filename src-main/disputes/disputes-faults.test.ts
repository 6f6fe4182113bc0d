import { afterEach, beforeEach, expect, test } from 'vitest';
import { TestChain } from '../chain/test-chain.ts';
import { digestOf, TestMarket } from '../chain/test-market.ts';
import { TestBlobs } from '../tasks/test-world.ts';
import { accused, all, Citizen, seated, timeIs, Trial, wordOf, type CitizenOptions } from './test-court.ts';

let chain: TestChain;
let market: TestMarket;
let blobs: TestBlobs;
beforeEach(async () => {
  chain = await TestChain.start();
  market = await TestMarket.open(chain);
  blobs = new TestBlobs();
});
afterEach(() => chain.stop());

const citizen = (more: Partial<CitizenOptions> = {}): Promise<Citizen> =>
  Citizen.join(chain, { model: market.digest, blobs, ...more });
const juror = (): Promise<Citizen> => citizen({ jury: true });
const WRONG = digestOf('wrong');

/** Dies at each thing that it does for the first time, in that very moment, and comes back. */
function mortal(one: Citizen): { readonly deaths: string[]; readonly back: () => Promise<void> } {
  const deaths: string[] = [];
  let dead = false;
  let opening = false;
  const die = (what: string): void => {
    if (dead || opening || deaths.includes(what)) return;
    deaths.push(what);
    dead = true;
    // Not one answer more reaches it.
    one.node.client.fault = () => 'hang';
  };
  one.built = () => {
    one.node.outbox.onChange(({ key, state }) =>
      die(`${key.replace(/:[0-9a-f]{8}$/, '').replace(/0x[0-9a-f]+/, '')} ${state}`),
    );
    one.disputes.onChange(() => {
      for (const { id, ballot } of one.disputes.page(null, 10)) die(`case ${id} ${ballot.state} ${ballot.vote}`);
    });
  };
  one.built();
  const back = async (): Promise<void> => {
    if (!dead) return;
    await one.crash();
    [dead, opening] = [false, true];
    await one.reopen();
    opening = false;
  };
  return { deaths, back };
}

test('whoever dies between any two steps comes back and goes on: one ballot, one appeal, every payout', async () => {
  const claimant = await citizen();
  const one = await juror();
  await seated(market, [one]);
  const before = [await claimant.balance(), await one.balance()];
  const mortals = [mortal(claimant), mortal(one)];
  const reviving = async (holds: () => unknown, what: string): Promise<void> => {
    for (;;) {
      await Promise.all(mortals.map(({ back }) => back()));
      const alive = (): boolean => [claimant, one].every(({ node }) => node.client.fault('') === 'pass');
      await all([claimant, one], () => !alive() || holds(), what);
      if (alive()) return;
    }
  };
  const solved = await market.solve(await market.submit(), WRONG);
  const known = () => claimant.node.indexer.rows.task(solved.id);
  await reviving(() => known()?.state === 'solved', 'the solution');
  claimant.disputes.contest(solved.id, 'wrong');
  await reviving(() => known()?.dispute, 'the case');
  const id = known()!.dispute!.id;
  const draw = () => claimant.node.indexer.rows.dispute(id)!.draws.at(-1)!;
  const state = () => claimant.node.indexer.rows.dispute(id)!.state;
  // Two panels: in the first a person errs, so that there is an appeal as well.
  await reviving(() => one.sees(id, ({ ballot }) => ballot.seats > 0), 'the seat');
  one.disputes.vote(id, 'defendant');
  await reviving(() => draw().ballots.length === 1, 'the first seal');
  await timeIs(chain, draw().startedAt + 31);
  await reviving(() => draw().round === 1 && draw().seed !== null, 'the appeal');
  await timeIs(chain, draw().startedAt + 16);
  await reviving(() => draw().ballots.length === 1, 'the second seal');
  await timeIs(chain, draw().startedAt + 31);
  await reviving(() => state() === 'ruled', 'the ruling');
  await timeIs(chain, claimant.node.indexer.rows.dispute(id)!.ruling!.until + 1);
  await reviving(() => [claimant, one].every((each) => each.sees(id, (view) => view.state === 'final')), 'the end');
  await reviving(() => claimant.node.indexer.rows.dispute(id)!.appeals[0]!.repaid.length === 1, 'the bond back');
  for (const { node } of [claimant, one]) expect(node.failures).toEqual([]);
  expect(claimant.case(id).ruling).toBe('claimant');
  expect((await claimant.balance()) - before[0]!).toBe(BigInt(claimant.case(id).outcome!));
  expect((await one.balance()) - before[1]!).toBe(BigInt(one.case(id).outcome!));
  // Not a test of nothing: they died at least once at every kind of step.
  expect(mortals[0]!.deaths.length).toBeGreaterThan(6);
  expect(mortals[1]!.deaths.length).toBeGreaterThan(6);
}, 180_000);

test('ballots can be opened without the database: the salt follows from the wallet, vote and trace fit the seal', async () => {
  const claimant = await citizen();
  const [machine, person] = [await juror(), await juror()];
  await seated(market, [machine, person]);
  const { id } = await accused(market, claimant, [machine, person], WRONG);
  const trial = new Trial(id, [claimant, machine, person]);
  await trial.until(() => person.sees(id, ({ ballot }) => ballot.seats > 0), 'the seat');
  person.disputes.vote(id, 'defendant');
  await trial.sealed(2);
  const secrets = JSON.parse(machine.disputes.secrets().text) as { ballots: Array<Record<string, unknown>> };
  expect(secrets.ballots).toMatchObject([
    { dispute: id, draw: 0, vote: 1, salt: expect.stringMatching(/^0x[0-9a-f]{32}$/) },
  ]);
  for (const one of [machine, person]) one.node.db.exec('DELETE FROM ballots; DELETE FROM reruns;');
  await trial.opened(2);
  await trial.until(() => trial.dispute.state !== 'voting' || trial.draw.attempt > 0, 'the count');
  const votes = trial.dispute.draws[0]!.ballots.map(({ juror, opening }) => [juror, opening?.vote]);
  expect(new Map(votes as Array<[string, number]>)).toEqual(
    new Map<string, number>([
      [machine.address, 1],
      [person.address, 2],
    ]),
  );
});

test('a reorg that takes the seal away: it is sealed again, and the case ends', async () => {
  const claimant = await citizen();
  const one = await juror();
  await seated(market, [one]);
  const { id } = await accused(market, claimant, [one], WRONG);
  const trial = new Trial(id, [claimant, one]);
  await trial.drawn();
  const snapshot = await chain.request<string>('evm_snapshot');
  await trial.sealed(1);
  await chain.request('evm_revert', [snapshot]);
  await chain.request('evm_mine');
  await trial.until(() => trial.draw.ballots.length === 0, 'the reorg');
  await trial.sealed(1);
  await trial.opened(1);
  await trial.ruled();
  await trial.over();
  expect(claimant.case(id).ruling).toBe('claimant');
});

test('a reorg that takes the whole case away: it is contested again under the same number, with another panel', async () => {
  const claimant = await citizen();
  const one = await juror();
  await seated(market, [one]);
  const solved = await market.solve(await market.submit(), WRONG);
  await all([claimant], () => claimant.node.indexer.rows.task(solved.id)?.state === 'solved');
  const snapshot = await chain.request<string>('evm_snapshot');
  claimant.disputes.contest(solved.id, '');
  await all([claimant, one], () => claimant.node.indexer.rows.task(solved.id)?.dispute);
  const first = new Trial('1', [claimant, one]);
  await first.drawn();
  const { seed } = first.draw;
  await first.until(() => one.sees('1', ({ ballot }) => ballot.vote !== null), 'the vote');
  await chain.request('evm_revert', [snapshot]);
  await chain.request('anvil_mine', ['0x2', '0x1']);
  await all([claimant, one], () => claimant.node.indexer.rows.dispute('1')?.draws[0]?.seed !== seed, 'the reorg');
  await all([claimant, one], () => claimant.node.indexer.rows.dispute('1') !== undefined, 'the case again');
  await first.sealed(1);
  expect(first.draw.seed).not.toBe(seed);
  await first.opened(1);
  await first.ruled();
  await first.over();
  expect(await wordOf(claimant, '1')).toBe(0n);
});
