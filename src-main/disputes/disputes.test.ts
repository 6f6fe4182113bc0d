import { afterEach, beforeEach, expect, test } from 'vitest';
import { TestChain } from '../chain/test-chain.ts';
import { digestOf, TestMarket } from '../chain/test-market.ts';
import type { ModelId } from '../../src-shared/domain/ids.ts';
import { modelId } from '../chain/model-calls.ts';
import { MANIFEST, TestBlobs } from '../tasks/test-world.ts';
import { accused, all, Citizen, seated, timeIs, Trial, type CitizenOptions } from './test-court.ts';

let chain: TestChain;
let market: TestMarket;
let blobs: TestBlobs;
// A chain for each test: jurors of one would be drawn for the cases of the next.
beforeEach(async () => {
  chain = await TestChain.start();
  market = await TestMarket.open(chain);
  blobs = new TestBlobs();
});
afterEach(() => chain.stop());

const citizen = (more: Partial<CitizenOptions> = {}): Promise<Citizen> =>
  Citizen.join(chain, { model: market.digest, blobs, ...more });
const juror = (more: Partial<CitizenOptions> = {}): Promise<Citizen> => citizen({ jury: true, ...more });
const WRONG = digestOf('wrong');

/** What plusOne makes of the market's usual input. */
const right = async (): Promise<ReturnType<typeof digestOf>> =>
  (await blobs.of(market.solver.address).keep(Uint8Array.of(2, 3))).digest;

test('a cheat is contested: jurors run the model again, seal, open, rule; the money moves as was said', async () => {
  const claimant = await citizen();
  const jurors = [await juror(), await juror(), await juror()];
  await seated(market, jurors);
  const before = await claimant.balance();
  const paid = await Promise.all(jurors.map((one) => one.balance()));
  const { id, task } = await accused(market, claimant, jurors, WRONG);
  const trial = new Trial(id, [claimant, ...jurors]);
  await trial.until(() => jurors.every((one) => one.sees(id, ({ ballot }) => ballot.vote === 'claimant')), 'votes');
  expect(jurors[0]!.case(id)).toMatchObject({
    role: 'juror',
    state: 'sealing',
    ballot: { state: 'computing', automatic: true },
    own: { answer: { text: 'y: 2, 3' } },
    contested: { digest: WRONG, answer: null },
    evidence: ['https://example.org/why'],
    canWin: expect.stringMatching(/^[1-9]/),
  });
  await trial.sealed(3);
  await trial.until(() => jurors.every((one) => one.case(id).ballot.state === 'sealed'), 'the news of the seals');
  expect(jurors[0]!.case(id).ballot.vote).toBe('claimant');
  await trial.opened(3);
  await trial.ruled();
  expect(claimant.case(id)).toMatchObject({ role: 'claimant', ruling: 'claimant', opened: 3, state: 'ruled' });
  await trial.over();
  const view = claimant.case(id);
  expect((await claimant.balance()) - before).toBe(BigInt(view.outcome!));
  expect(BigInt(view.outcome!)).toBeGreaterThan(0n);
  for (const [n, one] of jurors.entries()) {
    expect((await one.balance()) - paid[n]!).toBe(BigInt(one.case(id).outcome!));
    expect(one.disputes.juror.serviceView()).toMatchObject({ state: 'on', served: 1, missed: 0 });
  }
  expect(claimant.node.indexer.rows.task(task)).toMatchObject({ state: 'refunded', refunded: { overturned: true } });
  expect(view.steps.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['contested', 'computed', 'result', 'final']),
  );
  for (const one of trial.everybody) expect(one.node.failures).toEqual([]);
});

test('an honest solver is not harmed: the contester loses the bond, the solver is paid at once', async () => {
  const claimant = await citizen();
  const jurors = [await juror(), await juror()];
  await seated(market, jurors);
  const stake = await claimant.stake();
  const { id, task } = await accused(market, claimant, jurors, await right());
  const trial = new Trial(id, [claimant, ...jurors]);
  await trial.sealed(2);
  await trial.opened(2);
  await trial.ruled();
  expect(claimant.case(id)).toMatchObject({ ruling: 'defendant', contested: { answer: { text: 'y: 2, 3' } } });
  await trial.over();
  const { outcome, bond } = claimant.case(id);
  expect(BigInt(outcome!)).toBe(-BigInt(bond));
  expect((await claimant.stake()) - stake).toBe(-BigInt(bond));
  expect(claimant.node.indexer.rows.task(task)?.state).toBe('paid');
});

test('a wrong ruling is appealed by the machine, and who was right gets bond and share back', async () => {
  const claimant = await citizen();
  const jurors = [await juror(), await juror()];
  await seated(market, jurors);
  const before = await claimant.balance();
  const { id } = await accused(market, claimant, jurors, WRONG);
  const trial = new Trial(id, [claimant, ...jurors]);
  await trial.until(() => jurors.every((one) => one.sees(id, ({ ballot }) => ballot.seats > 0)), 'seats');
  // People overrule their machines, and are wrong.
  for (const one of jurors) one.disputes.vote(id, 'defendant');
  await trial.until(() => trial.draw.ballots.length === 2, 'seals by hand');
  expect(jurors[0]!.case(id).ballot).toMatchObject({ vote: 'defendant', automatic: false });
  expect(() => jurors[0]!.disputes.vote(id, 'claimant')).toThrow(/cannot be changed/);
  await trial.opened(2);
  await trial.until(() => trial.dispute.draws.length === 2, 'the appeal');
  expect(trial.dispute.appeals).toMatchObject([{ round: 0, side: 'claimant', given: [{ backer: claimant.address }] }]);
  await trial.sealed(2);
  expect(claimant.case(id)).toMatchObject({ round: 2, seats: 11, ruling: 'defendant' });
  await trial.opened(2);
  await trial.ruled();
  await trial.over();
  await trial.until(() => trial.dispute.appeals[0]?.repaid.length === 1, 'the bond of the appeal');
  const view = claimant.case(id);
  expect(view.ruling).toBe('claimant');
  expect((await claimant.balance()) - before).toBe(BigInt(view.outcome!));
});

test('appeals that the person does not want, or cannot pay, are left alone; by hand they still can be made', async () => {
  const claimant = await citizen();
  const jurors = [await juror()];
  await seated(market, jurors);
  claimant.settings.set('disputes.appeals', { on: false, most: '0' });
  jurors[0]!.settings.set('disputes.appeals', { on: true, most: '1' });
  const { id } = await accused(market, claimant, jurors, WRONG);
  const trial = new Trial(id, [claimant, ...jurors]);
  await trial.until(() => jurors[0]!.sees(id, ({ ballot }) => ballot.seats > 0), 'seats');
  jurors[0]!.disputes.vote(id, 'defendant');
  await trial.until(() => trial.draw.ballots.length === 1, 'the seal');
  await trial.opened(1);
  await trial.ruled();
  await timeIs(chain, trial.dispute.ruling!.until - 4);
  claimant.prepaid = 1n;
  expect(claimant.case(id).appeal).toMatchObject({
    side: 'claimant',
    raised: '0',
    obstacle: expect.stringMatching(/It costs/),
  });
  expect(() => claimant.disputes.appeal(id)).toThrow(/It costs/);
  expect(trial.dispute.appeals).toEqual([]);
  claimant.prepaid = 10n ** 18n;
  claimant.disputes.appeal(id);
  await trial.until(() => trial.dispute.draws.length === 2, 'the appeal');
  expect(() => claimant.disputes.appeal(id)).toThrow(/no ruling/);
});

test('a seed that nobody fixed in time is drawn anew, and the case goes on', async () => {
  const claimant = await citizen();
  const jurors = [await juror()];
  for (const one of [claimant, ...jurors]) one.nudges = false;
  await seated(market, jurors);
  const { id } = await accused(market, claimant, jurors, WRONG);
  const trial = new Trial(id, [claimant, ...jurors]);
  const missed = trial.draw;
  // Nobody gets a word in while the blocks pass.
  for (const one of trial.everybody) one.node.signer.locked = true;
  await chain.request('anvil_mine', ['0x12c', '0x1']);
  await trial.until(
    () => trial.everybody.every((one) => one.node.client.head!.number > missed.seedBlock + 256),
    'blocks',
  );
  for (const one of trial.everybody) [one.nudges, one.node.signer.locked] = [true, false];
  await trial.until(() => trial.draw.clock !== missed.clock, 'another draw');
  expect(trial.dispute.draws).toHaveLength(1);
  await trial.sealed(1);
  await trial.opened(1);
  await trial.ruled();
  expect(trial.dispute.ruling?.side).toBe('claimant');
});

test('jurors who seal nothing are reported, those who open nothing are fined, and neither stops the case', async () => {
  const claimant = await citizen();
  const [diligent, absent, silent] = [await juror(), await juror(), await juror()];
  await seated(market, [diligent, absent, silent]);
  absent.node.signer.locked = true;
  const { id } = await accused(market, claimant, [diligent], WRONG);
  const trial = new Trial(id, [claimant, diligent, silent]);
  await trial.sealed(2);
  silent.node.signer.locked = true;
  const late = new Trial(id, [claimant, diligent]);
  await late.opened(1);
  await timeIs(chain, late.draw.startedAt + 51);
  await late.until(() => late.dispute.draws.length > 1 || late.dispute.state !== 'voting', 'the count');
  // Too few of the expected seats, or just enough: both end.
  while (late.dispute.state === 'voting') {
    await late.sealed(1);
    await late.opened(1);
    await timeIs(chain, late.draw.startedAt + 51);
    const { length } = late.dispute.draws;
    await late.until(() => late.dispute.draws.length > length || late.dispute.state !== 'voting', 'the count');
  }
  expect(late.dispute.ruling?.side).toBe('claimant');
  await late.until(() => late.dispute.fines.some(({ juror }) => juror === absent.address), 'the report');
  await late.over();
  expect(late.dispute.fines.map(({ juror }) => juror)).toEqual(
    expect.arrayContaining([absent.address, silent.address]),
  );
  silent.node.signer.locked = false;
  await all([silent], () => silent.sees(id, ({ outcome }) => outcome !== null), 'the end, as the silent one sees it');
  expect(silent.disputes.juror.serviceView().missed).toBeGreaterThan(0);
  expect(BigInt(silent.case(id).outcome!)).toBeLessThan(0n);
});

test('without the model a person is asked, loudly and first; what is decided by hand is sealed and counts', async () => {
  const claimant = await citizen();
  const person = await juror({ manifest: null });
  await seated(market, [person]);
  const { id } = await accused(market, claimant, [person], WRONG);
  const trial = new Trial(id, [claimant, person]);
  await trial.until(() => person.sees(id, ({ ballot }) => ballot.state === 'asked'), 'the question');
  expect(person.case(id).ballot).toMatchObject({
    vote: null,
    reason: expect.stringMatching(/not on this machine.*Decide until/),
  });
  expect(person.disputes.recent()[0]?.id).toBe(id);
  person.disputes.vote(id, 'claimant');
  await trial.until(() => trial.draw.ballots.length === 1, 'the seal');
  await trial.opened(1);
  await trial.ruled();
  expect(trial.dispute.ruling?.side).toBe('claimant');
});

test('people judge what no machine can: each is asked, and each decision is sealed without a run', async () => {
  const digest = digestOf('a model of taste');
  await chain.operator.register(chain.network.contracts.registry, {
    digest,
    fee: '1' as never,
    runtime: 'onnx',
    class: 'jury',
  });
  const manifest = { ...MANIFEST, verification: { kind: 'jury' } } as unknown as typeof MANIFEST;
  const claimant = await citizen();
  const people = [await juror({ model: digest, manifest }), await juror({ model: digest, manifest })];
  await seated(market, people);
  const model = modelId(chain.operator.address, digest) as string as ModelId;
  const { id } = await accused(market, claimant, people, WRONG, { model });
  const trial = new Trial(id, [claimant, ...people]);
  await trial.until(() => people.every((one) => one.sees(id, ({ ballot }) => ballot.state === 'asked')), 'questions');
  expect(people[0]!.case(id)).toMatchObject({
    seats: 7,
    ballot: { reason: expect.stringMatching(/for people to judge/) },
  });
  for (const one of people) one.disputes.vote(id, 'claimant');
  await trial.until(() => trial.draw.ballots.length === 2, 'the seals');
  await trial.opened(2);
  await trial.ruled();
  expect(trial.dispute.ruling?.side).toBe('claimant');
});

test('what cannot be contested is refused with its reason', async () => {
  const claimant = await citizen();
  const solved = await market.solve(await market.submit(), WRONG);
  await all([claimant], () => claimant.node.indexer.rows.task(solved.id)?.state === 'solved');
  expect(() => claimant.disputes.contest(digestOf('no such') as never, '')).toThrow(/no result to contest/);
  claimant.free = 1n;
  expect(() => claimant.disputes.contest(solved.id, '')).toThrow(/The bond is/);
  claimant.free = 10n ** 18n;
  await market.later(20);
  await all([claimant], () => claimant.node.client.now() > Number(solved.solution!.revealedAt) + 10);
  expect(() => claimant.disputes.contest(solved.id, '')).toThrow(/time for contesting is over/);
  expect(() => claimant.disputes.get('999')).toThrow(/no such case/);
});

test('a juror who no longer wants to leaves, and the deposit comes back', async () => {
  const one = await juror();
  await seated(market, [one]);
  expect(one.disputes.juror.serviceView()).toMatchObject({ wanted: true, state: 'on', deposit: '5000000000000000000' });
  one.disputes.juror.setWanted(false);
  await all([one], () => (one.disputes.juror.membership.standing?.leftAt ?? 0) > 0, 'the resignation');
  expect(one.disputes.juror.serviceView()).toMatchObject({ wanted: false, state: 'leaving', present: false });
  await market.later(901);
  await all([one], () => one.disputes.juror.serviceView().state === 'off', 'the deposit');
  one.disputes.juror.setWanted(true);
  await all([one], () => one.present(), 'back again');
});
