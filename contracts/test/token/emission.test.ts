import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { type Contract, ContractFactory, type InterfaceAbi } from 'ethers';
import { network, solidity } from 'hardhat';

const { ethers } = await network.create();

// Reference in fixed point with 90 decimal digits, by plain Taylor series: none of the contract's method is used.
const UNIT = 10n ** 90n;
const CAP = 10n ** 24n;
const YEAR = 31_536_000n;
const ONE = 1n << 80n;

/** e^x for any fixed-point x: halved 32 times, then squared as often. */
function exp(x: bigint): bigint {
  const guard = 10n ** 30n;
  const small = (x * guard) >> 32n;
  const unit = UNIT * guard;
  let sum = unit;
  let term = unit;
  for (let k = 1n; term !== 0n && term !== -1n; k++) {
    term = (term * small) / (unit * k);
    sum += term;
  }
  for (let i = 0; i < 32; i++) sum = (sum * sum) / unit;
  return sum / guard;
}

/** ln 2 = sum of 1 / (k 2^k). */
const ln2 = (() => {
  const guard = 10n ** 10n;
  let sum = 0n;
  for (let k = 1n; k < 400n; k++) sum += (UNIT * guard) / (k << k);
  return sum / guard;
})();

/** The target, in the smallest unit times UNIT. */
const targetOf = (elapsed: bigint) => CAP * (UNIT - exp((-ln2 * elapsed) / YEAR));

/** The multiplier times UNIT, for a target that is a fixed-point number itself. */
function multiplierOf(issued: bigint, target: bigint): bigint {
  if (target === 0n) return issued === 0n ? 100n * UNIT : 0n;
  const d = (issued * UNIT * UNIT) / target;
  if (5n * d >= 6n * UNIT) return 0n;
  const exponent = 100n * (UNIT - d);
  if (exponent > 7n * UNIT) return 100n * UNIT;
  const power = exp((exponent * ln2) / UNIT);
  return power > 100n * UNIT ? 100n * UNIT : power;
}

/** |actual - expected| / expected as a number; both arguments in the same fixed point. */
function relative(actual: bigint, expected: bigint): number {
  if (expected === 0n) return actual === 0n ? 0 : Infinity;
  const difference = actual > expected ? actual - expected : expected - actual;
  return Number((difference * 10n ** 30n) / expected) / 1e30;
}

/** Mulberry32: the same points in every run. */
function random(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What the contract's comments promise. The unit of the target, 4.5e-17 of it after one second, decides the first. */
const bounds = { target: 1e-16, multiplier: 1e-14, reward: 1e-14, multiplierGivenTarget: 2e-18 };

interface Point {
  issued: bigint;
  elapsed: bigint;
  base: bigint;
}

interface Answer {
  target: bigint;
  multiplier: bigint;
  reward: bigint;
}

/** A harness lives among the tests, so its artifact is made and found there and is never shipped. */
async function deployHarness(): Promise<Contract> {
  const source = join(import.meta.dirname, 'EmissionHarness.t.sol');
  await solidity.build([source], { scope: 'tests', quiet: true });
  const folder = await solidity.getArtifactsDirectory('tests');
  const path = join(folder, 'contracts/test/token/EmissionHarness.t.sol/EmissionHarness.json');
  const { abi, bytecode } = JSON.parse(await readFile(path, 'utf8')) as { abi: InterfaceAbi; bytecode: string };
  const [signer] = await ethers.getSigners();
  const contract = await new ContractFactory(abi, bytecode, signer).deploy();
  await contract.waitForDeployment();
  return contract as Contract;
}

describe('Emission against a reference of 90 digits', () => {
  let harness: Contract;

  async function answersOf(points: Point[]): Promise<Answer[]> {
    const answers: Answer[] = [];
    for (let i = 0; i < points.length; i += 500) {
      answers.push(...((await harness.answers!(points.slice(i, i + 500))) as Answer[]));
    }
    return answers;
  }

  before(async () => {
    harness = await deployHarness();
  });

  it('the reference itself is right', () => {
    assert.equal(ln2.toString().slice(0, 60), '693147180559945309417232121458176568075500134360255254120680');
    assert.equal(exp(UNIT).toString().slice(0, 60), '271828182845904523536028747135266249775724709369995957496696');
    assert.ok(relative(exp(-ln2), UNIT / 2n) === 0 && relative(exp(7n * ln2), 128n * UNIT) === 0);
  });

  it('target, multiplier and reward are as exact as promised over fifty years', async (t) => {
    const next = random(20_261_121);
    const points: Point[] = [];
    const expected: { target: bigint; multiplier: bigint; reward: bigint }[] = [];
    const edges = [1n, 2n, 60n, 3600n, 86_400n, YEAR / 2n, YEAR - 1n, YEAR, YEAR + 1n, 49n * YEAR + 1n, 50n * YEAR];
    for (let i = 0; i < 4000; i++) {
      // Half of the times are spread evenly over fifty years, half over their orders of magnitude.
      const share = next();
      const elapsed =
        edges[i] ?? BigInt(Math.ceil(i % 2 === 0 ? share * 50 * Number(YEAR) : Math.exp(share * Math.log(1.5768e9))));
      const target = targetOf(elapsed);
      // Most of the ratios lie where the multiplier is neither 100 nor zero.
      const ratio = i % 10 === 9 ? next() * 1.3 : 0.9335 + next() * 0.2665;
      const wanted = (target * BigInt(Math.round(ratio * 2 ** 52))) / (UNIT << 52n);
      const issued = wanted < CAP ? wanted : CAP - BigInt(Math.ceil(next() * 1e18));
      const base = BigInt(Math.ceil(2 ** (50 + next() * 29.9)));
      points.push({ issued, elapsed, base });
      const multiplier = multiplierOf(issued, target);
      expected.push({ target, multiplier, reward: (base * (CAP - issued) * multiplier) / CAP });
    }
    const worst = { target: 0, multiplier: 0, reward: 0 };
    let [neither, measured] = [0, 0];
    const answers = await answersOf(points);
    assert.equal(answers.length, points.length);
    for (const [i, actual] of answers.entries()) {
      const wanted = expected[i] as (typeof expected)[number];
      const where = `point ${i}: ${String(points[i]?.issued)} issued after ${String(points[i]?.elapsed)} s`;
      const errors = {
        target: relative(actual.target * UNIT, wanted.target),
        multiplier: relative((actual.multiplier * UNIT) / ONE, wanted.multiplier),
        reward: relative(actual.reward * UNIT, wanted.reward),
      };
      if (wanted.multiplier > 0n && wanted.multiplier < 100n * UNIT) neither++;
      // A reward is a whole number of units, rounded down. Below 1e15 units the rounding alone is more than 1e-15, and
      // what is compared is that it is no more than one unit.
      if (wanted.reward < 10n ** 15n * UNIT) {
        const slack = wanted.reward / 10n ** 14n;
        assert.ok(actual.reward * UNIT <= wanted.reward + slack, where);
        assert.ok((actual.reward + 1n) * UNIT > wanted.reward - slack, where);
        errors.reward = 0;
      } else {
        measured++;
      }
      for (const name of ['target', 'multiplier', 'reward'] as const) {
        assert.ok(errors[name] < bounds[name], `${name}, ${where}: off by ${errors[name]}`);
        worst[name] = Math.max(worst[name], errors[name]);
      }
    }
    assert.ok(neither > 3500 && measured > 2000, `${neither} points between the clamps, ${measured} rewards measured`);
    t.diagnostic(`${neither} of 4000 points between the clamps, ${measured} rewards of 1e15 units and more`);
    t.diagnostic(`largest relative errors: ${JSON.stringify(worst)}`);
  });

  it('the multiplier is right for given numbers, up to both clamps and over all sizes of the target', async (t) => {
    const next = random(7);
    let worst = 0;
    for (let i = 0; i < 40; i++) {
      const target = BigInt(Math.ceil(2 ** (54 + (i * 25.7) / 40)));
      // A quarter of the ratios lies close to a clamp, from either side.
      const ratios = Array.from({ length: 50 }, (_, k) => {
        if (k % 8 === 0) return 1.2 + (next() - 0.5) * 1e-9;
        return k % 8 === 1 ? 0.93356143810225 + (next() - 0.5) * 1e-9 : 0.9335 + next() * 0.267;
      });
      const issued = [
        ...ratios.map((ratio) => (target * BigInt(Math.round(ratio * 2 ** 52))) >> 52n),
        (target * 6n) / 5n,
        (target * 6n) / 5n + 1n,
        target,
      ];
      const actual = (await harness.multipliers!(issued, target)) as bigint[];
      for (const [k, amount] of issued.entries()) {
        const wanted = multiplierOf(amount, target * UNIT);
        const error = relative(((actual[k] ?? -1n) * UNIT) / ONE, wanted);
        assert.ok(error < bounds.multiplierGivenTarget, `${amount} of ${target}: off by ${error}`);
        worst = Math.max(worst, error);
      }
    }
    t.diagnostic(`largest relative error: ${worst}`);
  });

  it('gives what Arbius gives where the constants agree', async () => {
    // Measured on V2_EngineV6: its target at 1, 2, 4, 7 and 14 years, with a cap of 600,000 and a half-life of 2 years.
    const targets: [elapsed: bigint, theirs: number][] = [
      [YEAR / 2n, 175_735.93],
      [YEAR, 300_000],
      [2n * YEAR, 450_000],
      [(7n * YEAR) / 2n, 546_966.99],
      [7n * YEAR, 595_312.5],
    ];
    const answers = await answersOf(targets.map(([elapsed]) => ({ issued: 0n, elapsed, base: 1n })));
    for (const [i, [, theirs]] of targets.entries()) {
      const scaled = (Number(answers[i]?.target) / 1e24) * 600_000;
      assert.ok(Math.abs(scaled - theirs) < 0.006, `${scaled} against ${theirs}`);
    }
    // Multiplier and reward of one token at a target of half the cap, at issued / target in 1/1,000.
    const table: [ratio: bigint, multiplier: number, reward: number, digit: number][] = [
      [850n, 100, 57.5, 0],
      [934n, 97.0059, 51.7041, 1e-4],
      [950n, 32, 16.8, 0],
      [980n, 4, 2.04, 0],
      [990n, 2, 1.01, 0],
      [1000n, 1, 0.5, 0],
      [1010n, 0.5, 0.2475, 0],
      [1020n, 0.25, 0.1225, 0],
      [1050n, 0.03125, 0.014844, 1e-6],
      [1100n, 1 / 1024, 0.000439, 1e-6],
      [1150n, 2 ** -15, 0.000013, 1e-6],
      [1200n, 0, 0, 0],
      [1300n, 0, 0, 0],
    ];
    const rows = await answersOf(
      table.map(([ratio]) => ({ issued: (CAP / 2000n) * ratio, elapsed: YEAR, base: 10n ** 18n })),
    );
    for (const [i, [ratio, multiplier, reward, digit]] of table.entries()) {
      const row = rows[i] as Answer;
      const ours = { multiplier: Number(row.multiplier) / Number(ONE), reward: Number(row.reward) / 1e18 };
      // Where the table is exact, so is the contract; elsewhere the last printed digit decides.
      assert.ok(
        Math.abs(ours.multiplier - multiplier) <= digit / 2 + multiplier * 1e-15,
        `${ratio}: ${ours.multiplier}`,
      );
      assert.ok(Math.abs(ours.reward - reward) <= digit / 2 + reward * 1e-15, `${ratio}: ${ours.reward}`);
    }
  });

  it('says what a reward costs', async (t) => {
    const gas = async (issued: bigint, elapsed: bigint): Promise<bigint> =>
      (await harness.gasOfReward!(issued, elapsed, 10n ** 18n)) as bigint;
    const usual = await gas(490_000n * 10n ** 18n, YEAR);
    t.diagnostic(`gas of reward(): ${usual}, clamped ${await gas(0n, YEAR)}, zero ${await gas(CAP - 1n, YEAR)}`);
    assert.ok(usual < 1800n, `${usual}`);
  });
});
