import * as fc from 'fast-check';
import { parseEther } from 'ethers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Address, ModelId } from '../../src-shared/domain/ids.ts';
import { REGISTRY } from '../chain/abi.ts';
import { modelId } from '../chain/model-calls.ts';
import { TestChain, until } from '../chain/test-chain.ts';
import { digestOf } from '../chain/test-market.ts';
import { TestNode } from '../chain/test-node.ts';
import { Support, supportDue, type SupportFacts } from './support.ts';

const NOW = 1_000_000;
const units = fc.bigInt({ min: 0n, max: 10n ** 21n });
const facts: fc.Arbitrary<readonly SupportFacts[]> = fc
  .array(
    fc.record({
      wanted: fc.boolean(),
      signal: units,
      expiresAt: fc.integer({ min: NOW, max: NOW + 40 * 86_400 }),
      weight: units,
      totalStake: units,
      supportedUntil: fc.integer({ min: NOW - 1_000, max: NOW + 86_400 }),
    }),
    { maxLength: 5 },
  )
  .map((all) => all.map((each, n) => ({ ...each, model: `0x${n}` as ModelId })));

/** What the register would say after the moves. */
function after(all: readonly SupportFacts[], moves: ReturnType<typeof supportDue>): SupportFacts[] {
  return all.map((each) => {
    const move = moves.find(({ model }) => model === each.model);
    if (move === undefined) return each;
    if (move.kind === 'withdraw') return { ...each, signal: 0n };
    const day = { ...each, supportedUntil: NOW + 86_400 };
    return 'weight' in move ? { ...day, signal: move.weight, expiresAt: NOW + 32 * 86_400 } : day;
  });
}

test('never more than the stake, never for what is not wanted, and at rest after a few rounds', () => {
  fc.assert(
    fc.property(facts, units, (start, stake) => {
      let all: readonly SupportFacts[] = start;
      for (let round = 0; round < 4; round++)
        all = after(
          all,
          supportDue(all, stake, NOW, () => 0.5),
        );
      expect(supportDue(all, stake, NOW, () => 0.5)).toEqual([]);
      if (stake < 5n) return;
      expect(all.reduce((sum, { signal }) => sum + signal, 0n)).toBeLessThanOrEqual(stake);
      for (const { wanted, signal } of all) {
        if (wanted) expect(signal).toBeGreaterThan(0n);
        else expect(signal).toBe(0n);
      }
    }),
    { numRuns: 2_000 },
  );
});

test('no move asks for more than the register would give at that moment', () => {
  fc.assert(
    fc.property(facts, units, (all, stake) => {
      const now = new Map(all.map(({ model, signal }) => [model, signal]));
      for (const move of supportDue(all, stake, NOW, () => 0)) {
        if (move.kind === 'refresh') continue;
        const weight = move.kind === 'signal' ? move.weight : 0n;
        const others = [...now].reduce((sum, [model, signal]) => (model === move.model ? sum : sum + signal), 0n);
        // Lowering is always possible; raising needs stake that nothing else has.
        if (weight > (now.get(move.model) ?? 0n)) expect(others + weight).toBeLessThanOrEqual(stake);
        now.set(move.model, weight);
      }
    }),
    { numRuns: 2_000 },
  );
});

let chain: TestChain;
beforeAll(async () => void (chain = await TestChain.start()));
afterAll(() => chain.stop());

test('on the chain: supported from the first round on, renewed after a day, ended when it is not allowed any more', async () => {
  const digests = [digestOf('one'), digestOf('two')];
  for (const digest of digests) await chain.model(digest);
  const models = digests.map((digest) => modelId(chain.operator.address, digest) as string as ModelId);
  const node = await TestNode.start(chain, {}, true);
  const { registry } = chain.network.contracts;
  let allowed = 2;
  const support = new Support({
    chain: node.client,
    outbox: node.outbox,
    account: () => node.wallet.address as Address,
    canSign: () => true,
    stake: () => parseEther('500'),
    models: () => models.map((model, n) => ({ model, wanted: n < allowed })),
  });
  await support.start();
  const supportOf = (n: number) => node.client.read(REGISTRY, registry, 'supportOf', [models[n] as never]);
  const go = (holds: () => Promise<boolean>, what: string) =>
    until(() => {
      support.wake();
      node.outbox.kick();
      return holds();
    }, what);
  await go(async () => (await supportOf(1)).weight === parseEther('250'), 'the signals');
  const first = (await supportOf(0)).supportedUntil;
  expect(first).toBeGreaterThan(0n);
  await chain.later(90_000);
  await go(async () => (await supportOf(0)).supportedUntil > first + 80_000n, 'the renewal');
  allowed = 1;
  await go(
    async () => (await supportOf(1)).weight === 0n && (await supportOf(0)).weight === parseEther('500'),
    'the end',
  );
  await support.stop();
});
