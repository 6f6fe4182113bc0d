import { expect, test } from 'vitest';
import type { Digest } from './ids.ts';
import { CLAIM_STATES, claimWords, sayClaim, sayFound, type ClaimView } from './speed.ts';

const claim: ClaimView = {
  model: `0x${'ab'.repeat(32)}` as Digest,
  modelName: 'Number odds',
  provider: 'cpu',
  runsPerSecond: 20_481.2,
  state: 'holds',
  measured: 23_456,
  at: 1,
  counts: true,
  checking: false,
  checkable: true,
};

test('a claim and what was found, in words', () => {
  expect(sayClaim(claim)).toBe('Number odds: 20,500 runs a second on its processor');
  expect(sayClaim({ ...claim, provider: 'cuda', runsPerSecond: 1 })).toBe(
    'Number odds: 1 run a second on its card (cuda)',
  );
  expect(sayFound(claim)).toBe('At least 23,500 runs a second,');
  expect(claimWords({ ...claim, counts: false })).toBe('does not count');
  expect(sayFound({ ...claim, state: 'slow', measured: 0.0123 })).toBe('Only 0.0123 runs a second,');
  expect(sayFound({ ...claim, state: 'unchecked', checkable: false })).toMatch(/cannot compare/);
});

test('every state has words of its own', () => {
  expect(new Set(CLAIM_STATES.map((state) => claimWords({ ...claim, state }))).size).toBe(CLAIM_STATES.length);
  expect(new Set(CLAIM_STATES.map((state) => sayFound({ ...claim, state }))).size).toBe(CLAIM_STATES.length);
});
