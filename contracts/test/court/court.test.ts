import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { type Contract, type Signer, TypedDataEncoder } from 'ethers';
import { artifacts } from 'hardhat';
import {
  type Ballot,
  type Known,
  type Solved,
  type System,
  DAY,
  batch,
  bench,
  coin,
  commitmentOf,
  deploy,
  drawNumber,
  ethers,
  known,
  later,
  mine,
  now,
  pastOf,
  placed,
  present,
  registerModel,
  salt,
  seatsFor,
  sealedIn,
  seeded,
  solved,
  startedAt,
  system,
  tallyOf,
  word,
} from './kit.ts';

describe('life of disputes, through the application binary interface', () => {
  let owner: Signer, requester: Signer, solver: Signer, claimant: Signer, stranger: Signer, backer: Signer;
  let jurors: Signer[];
  let parts: System;
  const truth = word();
  const lie = word();

  before(async () => {
    const all = (await ethers.getSigners()) as unknown as Signer[];
    [owner, requester, solver, claimant, stranger, backer] = all as [Signer, Signer, Signer, Signer, Signer, Signer];
    jurors = all.slice(6, 18);
    parts = await system(owner, [requester, solver, claimant, backer, ...jurors]);
    for (const juror of jurors) await court(juror).join!(coin(5));
  });

  const court = (signer: Signer) => parts.court.connect(signer) as Contract;

  async function morning(): Promise<void> {
    await later(DAY);
    for (const juror of jurors) await court(juror).heartbeat!();
    await mine();
  }

  /** A contested task; all that is known of the case is what the logs of the court say. */
  async function contested(model = parts.model): Promise<{ it: Known; work: Solved }> {
    const work = await solved(parts, requester, solver, model);
    await (parts.market.connect(claimant) as Contract).contest!(work.task, work.solution, 'ipfs://evidence');
    const { cases } = await parts.court.docket!();
    return { it: await known(parts.court, cases), work };
  }

  /** Whoever has a seat, by the own computation of a node. */
  async function drawn(it: Known): Promise<Signer[]> {
    const draw = await seeded(it);
    const round = Number((draw.clock >> 8n) & 0xffn);
    const expected = (it.case_.terms >> BigInt(128 - 8 * round)) & 0xffn;
    const panel: Signer[] = [];
    for (const juror of jurors) {
      const { weight } = await parts.court.jurorOf!(juror);
      const own = seatsFor(draw.seed, await juror.getAddress(), weight, present(draw), expected);
      assert.equal(BigInt(own), await parts.court.seatsOf!(it.case_, draw, juror));
      if (own > 0) panel.push(juror);
    }
    return panel;
  }

  const votes = (panel: Signer[], vote: (index: number) => number): Ballot[] =>
    panel.map((juror, index) => ({
      juror,
      vote: vote(index),
      trace: vote(index) === 1 ? truth : lie,
      salt: salt(),
    }));

  /** One draw, by strangers and from logs: sealed in a batch, opened and counted in one call. */
  async function judge(id: bigint, vote: (index: number) => number): Promise<Known> {
    let it = await known(parts.court, id);
    const ballots = votes(await drawn(it), vote);
    const draw = await seeded(it);
    if (ballots.length === 0) await court(stranger).draw!(id, it.case_, it.draw);
    else await court(stranger).commitBatch!(id, it.case_, draw, '0x', await batch(parts.court, it, draw, ballots));
    await later(startedAt(draw) + bench.commitSeconds + 1 - (await now()));
    it = await known(parts.court, id);
    await court(stranger).tally!(id, it.case_, it.draw, await tallyOf(it, ballots));
    return known(parts.court, id);
  }

  /** Draws again until there is a quorum. */
  async function ruled(id: bigint, vote: (index: number) => number): Promise<Known> {
    let it = await judge(id, vote);
    while ((await parts.court.stateOf!(id)).phase === 1n) it = await judge(id, vote);
    return it;
  }

  async function end(it: Known, fields: string): Promise<void> {
    await later(bench.appealSeconds + 1);
    await court(stranger).execute!(it.id, it.case_, it.history, fields);
  }

  const balance = async (signer: Signer) => (await parts.vault.accountOf!(signer)).balance as bigint;
  const escrow = async () => (await parts.vault.moduleOf!(parts.court.target)).escrowed as bigint;

  it('a wallet signs what the court checks', async () => {
    const domain = {
      name: 'Folkmoot Court',
      version: '1',
      chainId: 31_337n,
      verifyingContract: parts.court.target as string,
    };
    const types = {
      Ballot: [
        { name: 'disputeId', type: 'uint256' },
        { name: 'draw', type: 'uint16' },
        { name: 'commitment', type: 'bytes26' },
      ],
    };
    const commitment = `0x${'ab'.repeat(26)}`;
    assert.equal(
      await parts.court.ballotDigest!(7n, 257, commitment),
      TypedDataEncoder.hash(domain, types, { disputeId: 7n, draw: 257, commitment }),
    );
    assert.equal(await parts.court.domainSeparator!(), TypedDataEncoder.hashDomain(domain));
  });

  it('cases of models that people judge go to people, without traces', async () => {
    const model = await registerModel(parts.registry, owner, 'judged by people', 4);
    await morning();
    const { it: opened } = await contested(model);
    assert.equal((opened.case_.money >> 8n) & 0xffn, 1n);
  });

  it('the two pieces see the same storage', async () => {
    // Written by one piece, read by the other.
    const before = (await parts.court.docket!()).cases as bigint;
    await morning();
    const { it } = await contested();
    assert.equal((await parts.court.docket!()).cases, before + 1n);
    assert.equal(await parts.court.disputeStatus!(it.id), 0n);
    assert.notEqual(await parts.court.caseWordOf!(it.id), 0n);
    await mine(5);
    await court(stranger).draw!(it.id, it.case_, it.draw);
    const after = await known(parts.court, it.id);
    assert.notEqual(after.draw.seed, ethers.ZeroHash);
    const ballot = votes([jurors[0]!], () => 1)[0]!;
    assert.equal(
      await parts.court.commitmentFor!(it.id, drawNumber(after.draw), ballot.juror, 1, ballot.trace, ballot.salt),
      await commitmentOf(parts.court, after, after.draw, ballot),
    );
  });

  it('a wrong solution: strangers carry the case from the logs alone, the requester is refunded', async () => {
    await morning();
    const { it: opened, work } = await contested();
    const before = [await balance(requester), await balance(claimant)];
    const it = await ruled(opened.id, () => 1);
    assert.equal(await parts.court.currentRuling!(it.id), 1n);
    await end(it, work.fields);
    // The fee of 10 and the model fee of 1 come back; half of the stake of 200 goes to the claimant, with the dust.
    assert.equal(await balance(requester), before[0]! + coin(11));
    const gained = (await balance(claimant)) - before[1]!;
    assert.ok(gained >= coin(100) && gained < coin(100) + 100n, `${gained}`);
    assert.equal(await escrow(), 0n);
  });

  it('a good solution: an appeal turns the ruling, the solver and the backers are paid', async () => {
    await morning();
    const { it: opened, work } = await contested();
    let it = await ruled(opened.id, () => 1);
    const bond = (await parts.court.appealBondOf!(it.case_)) as bigint;
    assert.equal(bond, coin(100));
    await court(backer).fundAppeal!(it.id, it.case_, it.round, pastOf(it), coin(60));
    await court(solver).fundAppeal!(it.id, it.case_, it.round, pastOf(it), coin(999));
    it = await ruled(it.id, () => 2);
    assert.equal(it.round, 1);
    const before = await balance(solver);
    await end(it, work.fields);
    // Paid for the task by the market, and half of the claimant's bond, shared with the appeal: 200 to 100.
    assert.ok((await balance(solver)) > before + coin(9));
    for (const who of [backer, solver]) await court(stranger).repayAppeal!(it.id, 0, who);
    assert.equal(await escrow(), 0n);
    assert.equal(await parts.court.caseWordOf!(it.id), 0n);
  });

  it('ballots sealed one by one, some never opened: counted after the time, fined, and told by the logs', async () => {
    await morning();
    let { it, work } = await contested();
    let panel = await drawn(it);
    // Chance decides who sits; this story needs four.
    while (panel.length < 4) {
      ({ it, work } = await contested());
      panel = await drawn(it);
    }
    const ballots = votes(panel, () => 1);
    const draw = await seeded(it);
    // The first half in a batch, the others alone; the last of them seals nothing.
    const half = Math.ceil(panel.length / 2);
    await court(stranger).commitBatch!(
      it.id,
      it.case_,
      draw,
      '0x',
      await batch(parts.court, it, draw, ballots.slice(0, half)),
    );
    it = await known(parts.court, it.id);
    for (const ballot of ballots.slice(half, -1)) {
      const commitment = await commitmentOf(parts.court, it, it.draw, ballot);
      await court(ballot.juror).commit!(it.id, it.case_, it.draw, it.list, commitment);
    }
    await later(startedAt(draw) + bench.commitSeconds + 1 - (await now()));
    it = await known(parts.court, it.id);
    // All but the first of the list are opened in time.
    const list = sealedIn(it.list);
    const opening: Ballot[] = [];
    for (const [position, { juror }] of list.entries()) {
      if (position === 0) continue;
      for (const ballot of ballots) {
        if ((await ballot.juror.getAddress()) !== juror) continue;
        await court(stranger).openList!(it.id, it.case_, it.draw, it.list, placed(position, ballot));
        opening.push(ballot);
      }
    }
    for (const ballot of ballots.slice(half, -1)) {
      const { juror, vote, trace, salt: own } = ballot;
      await court(stranger).openDirect!(it.id, it.case_, it.draw, juror, vote, trace, own);
      opening.push(ballot);
    }
    await later(bench.revealSeconds + 1);
    await court(stranger).tally!(it.id, it.case_, it.draw, await tallyOf(it, opening, it.directs));
    it = await known(parts.court, it.id);
    const silent = panel.at(-1)!;
    const drawnIn = it.history.length - 1;
    if ((await parts.court.stateOf!(it.id)).phase === 1n) it = await ruled(it.id, () => 1);
    const deposit = (await parts.court.jurorOf!(silent)).deposit as bigint;
    await court(stranger).reportAbsent!(it.id, it.case_, it.history, drawnIn, [silent]);
    assert.equal((await parts.court.jurorOf!(silent)).deposit, deposit - coin(1));
    const unopened = list[0]!.juror;
    const standing = (await parts.court.jurorOf!(unopened)).deposit as bigint;
    await end(it, work.fields);
    assert.equal((await parts.court.jurorOf!(unopened)).deposit, standing - coin(1));
    assert.equal(await escrow(), 0n);
  });

  it('a seed that nobody took in time is replaced, and the case goes on', async () => {
    await morning();
    const { it: opened, work } = await contested();
    await mine(300);
    await court(stranger).draw!(opened.id, opened.case_, opened.draw);
    const it = await ruled(opened.id, () => 1);
    await end(it, work.fields);
    assert.equal(await escrow(), 0n);
  });

  it('with the history of a chain a seed lasts longer', async () => {
    const source = await deploy('BlockhashRandomness');
    const block = await ethers.provider.getBlockNumber();
    await mine(400);
    assert.equal(await source.numberOf!(block), ethers.ZeroHash);
    // A stand-in that answers with what it was asked (EIP-2935 answers with the hash of that block).
    await ethers.provider.send('hardhat_setCode', ['0x0000F90827F1C53a10cb7A02335B175320002935', '0x5f355f5260205ff3']);
    assert.equal(BigInt(await source.numberOf!(block)), BigInt(block));
    assert.equal(await source.numberOf!(block + 10_000), ethers.ZeroHash);
  });

  it('both pieces of the code together are the interface, and none of it is in both', async () => {
    const functions = async (name: string) =>
      (await artifacts.readArtifact(name)).abi
        .filter((entry) => entry.type === 'function')
        .map((entry) => ethers.Fragment.from(entry).format('sighash'));
    const [front, clerk, promised] = [
      new Set(await functions('Court')),
      new Set(await functions('CourtClerk')),
      await functions('ICourtCase'),
    ];
    const owned = [
      'acceptOwnership()',
      'owner()',
      'pendingOwner()',
      'renounceOwnership()',
      'transferOwnership(address)',
    ];
    const both = [...front].filter((name) => clerk.has(name) && !owned.includes(name));
    assert.deepEqual(both, ['eip712Domain()']);
    for (const name of promised) assert.ok(front.has(name) || clerk.has(name), `nobody answers ${name}`);
    for (const name of ['Court', 'CourtClerk']) {
      const { deployedBytecode } = await artifacts.readArtifact(name);
      assert.ok((deployedBytecode.length - 2) / 2 <= 24_576, `${name} is too large`);
    }
  });

  it('after three lost cases the solver can lock nothing for a month', async () => {
    const until = (await parts.vault.suspendedUntilOf!(solver)) as bigint;
    const { last, before } = await parts.court.strikesOf!(solver);
    assert.equal(until, last + BigInt(30 * DAY));
    assert.ok(before > 0n && before < last);
    await assert.rejects(solved(parts, requester, solver), /AccountSuspended/);
  });
});
