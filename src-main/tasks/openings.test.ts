import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Digest } from '../../src-shared/domain/ids.ts';
import { RACE, TestChain } from '../chain/test-chain.ts';
import { TestMarket } from '../chain/test-market.ts';
import { Person, sha256, TestBlobs, together } from './test-world.ts';

let chain: TestChain;
let market: TestMarket;
let blobs: TestBlobs;
beforeEach(async () => {
  chain = await TestChain.start({ ...RACE, bondBps: 5_000n });
  market = await TestMarket.open(chain);
  blobs = new TestBlobs();
});
afterEach(() => chain.stop());

const person = (): Promise<Person> => Person.join(chain, { model: market.digest, blobs });
const RESULT = sha256(Uint8Array.of(2, 3));

test('peers can have a result once it is open on chain, and not before', async () => {
  const [asker, solver] = [await person(), await person()];
  asker.paused = true;
  const key = await asker.ask();
  const task = () => asker.view(key)?.id ?? null;
  const opened: Array<Digest | undefined> = [];
  blobs.onShow = (digest) => {
    const id = task();
    const solution = id === null ? undefined : solver.node.indexer.rows.task(id)?.solution;
    opened.push(solution?.resultDigest === digest ? digest : undefined);
  };
  await together([asker, solver], () => asker.view(key)?.answer !== null, 'the answer');
  expect(opened).toEqual([RESULT]);
});

test('so it is with machines that must agree: nobody can seal what another one found', async () => {
  const asker = await person();
  asker.paused = true;
  const solvers = [await person(), await person(), await person()];
  const key = await asker.ask(String(10n ** 15n), [1, 2], 'critical');
  const sealed: number[] = [];
  blobs.onShow = () => {
    const id = asker.view(key)?.id;
    sealed.push(id == null ? 0 : (solvers[0]!.node.indexer.rows.job(id)?.taken.length ?? 0));
  };
  await together([asker, ...solvers], () => asker.view(key)?.answer !== null, 'the answer');
  expect(sealed.every((seats) => seats === 3)).toBe(true);
  expect(sealed.length).toBeGreaterThan(0);
});
