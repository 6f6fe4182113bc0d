import { assert, bigInt, boolean, property } from 'fast-check';
import { expect, it } from 'vitest';
import { inputs } from '../../src-shared/bridge/calls.ts';
import { amount, exactMoot, parseMoot, units, ZERO } from '../../src-shared/domain/amounts.ts';
import type { ServiceView, StakeView } from '../../src-shared/domain/stake.ts';
import { readAmount } from './amount.ts';
import { available, callOf, MOVES } from './moves.ts';
import { stakeNeeds } from './needs.ts';
import { delay, fieldText, headline, partsOf, sayService } from './words.ts';

const some = (over: Partial<StakeView> = {}): StakeView =>
  ({
    stake: parseMoot('50'),
    free: parseMoot('40'),
    locked: parseMoot('10'),
    exit: null,
    suspendedUntil: null,
    wallet: parseMoot('3'),
    prepaid: parseMoot('7'),
    ...over,
  }) as StakeView;

const cap = units(parseMoot('1000000'));
const anyAmount = bigInt({ min: 0n, max: cap });

it('cuts the stake into parts that add up to it, whatever counts as locked', () => {
  assert(
    property(anyAmount, anyAmount, anyAmount, boolean(), (stake, free, leaving, exits) => {
      const exit = exits ? { amount: amount(leaving), readyAt: 0 } : null;
      const parts = partsOf(some({ stake: amount(stake), free: amount(free), exit }));
      expect(parts.reduce((sum, part) => sum + units(part.value), 0n)).toBe(stake);
      for (const part of parts) {
        expect(units(part.value)).toBeGreaterThanOrEqual(0n);
        expect(part.start + part.share).toBeLessThanOrEqual(1);
      }
    }),
  );
});

it('reads an amount back as it was filled in, and never more than there is', () => {
  assert(
    property(anyAmount, anyAmount, (typed, most) => {
      const { value, problem } = readAmount(exactMoot(amount(typed)), amount(most));
      expect(value === null).toBe(typed === 0n || typed > most);
      if (value === null) expect(problem).not.toBeNull();
      else expect(units(value)).toBe(typed);
    }),
  );
  assert(
    property(bigInt({ min: 1n, max: cap }), (most) => {
      expect(readAmount(fieldText(amount(most)), amount(most)).value).toBe(amount(most));
    }),
  );
});

it('says what is wrong with an amount, and nothing before something was typed', () => {
  const most = parseMoot('5');
  expect(readAmount('  ', most)).toEqual({ value: null, problem: null });
  expect(readAmount('0', most).problem).toMatch(/more than 0/);
  expect(readAmount('5,1', most).problem).toMatch(/Only 5 MOOT/);
  expect(readAmount('much', most).problem).toMatch(/not an amount/);
  expect(fieldText(ZERO)).toBe('');
});

it('asks the node for moves that it accepts', () => {
  for (const move of MOVES) {
    const { name, input } = callOf(move.id, available(move, some()));
    expect(inputs[name].safeParse(input).success).toBe(true);
    expect(move.act('3')).toContain('3 MOOT');
  }
});

it('opens with what matters most', () => {
  expect(headline(some({ suspendedUntil: 10 }), 5).title).toBe('You are suspended');
  expect(headline(some({ suspendedUntil: 10 }), 10).title).toBe('You have 50 MOOT at stake, 40 of it free');
  expect(headline(some({ stake: ZERO, free: ZERO, locked: ZERO }), 0).title).toBe('You have nothing at stake');
  expect(headline(some({ free: ZERO }), 0).title).toMatch(/^All of your 50 MOOT/);
  expect(headline(some({ locked: ZERO, free: parseMoot('50') }), 0).title).toMatch(/all of it free/);
});

it('needs a person for a suspension and a ready exit, and only then', () => {
  const exit = { amount: parseMoot('20'), readyAt: 100 };
  expect(stakeNeeds(null, 0)).toEqual([]);
  expect(stakeNeeds(some({ exit }), 99)).toEqual([]);
  expect(stakeNeeds(some({ exit, suspendedUntil: 200 }), 100).map((need) => need.id)).toEqual(['suspended', 'exit']);
  expect(stakeNeeds(some({ suspendedUntil: 200 }), 200)).toEqual([]);
});

it('has a word for every state of a duty', () => {
  for (const state of ['off', 'joining', 'on', 'leaving'] as const)
    for (const wanted of [true, false])
      for (const present of [true, false]) {
        const said = sayService({ state, wanted, present } as ServiceView);
        expect(said.words).not.toBe('');
        if (said.words === 'can be drawn') expect([state, wanted, present]).toEqual(['on', true, true]);
      }
});

it('says lengths without rounding them', () => {
  expect([60, 90, 3_600, 86_400, 7 * 86_400, 129_600].map(delay)).toEqual([
    '1 minute',
    '90 seconds',
    '1 hour',
    '1 day',
    '7 days',
    '36 hours',
  ]);
});
