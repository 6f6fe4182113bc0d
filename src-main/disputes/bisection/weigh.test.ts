import { expect, test } from 'vitest';
import type { PartingView, PartyValue } from '../../../src-shared/domain/disputes.ts';
import type { Settled } from './bisection-rows.ts';
import { weigh, type Known } from './weigh.ts';

const value = (holds: boolean): PartyValue => ({ value: 1, expected: 1, bound: 0, holds });
const parting = (claimant: PartyValue | null, defendant: PartyValue | null): PartingView => ({
  node: 1,
  nodes: 2,
  op: 'MatMul',
  rounds: 1,
  bytes: 1,
  claimant,
  defendant,
});
const found = (wrong: Settled['wrong'], at: PartingView | null = null): Known['settled'] => ({ wrong, parting: at });
const EVERYTHING = ['claimant', 'defendant', 'both', 'nobody', 'unknown'] as const;
const said = (known: Partial<Known>): number | null =>
  weigh({ own: 1, near: true, unserved: false, settled: null, silent: null, patient: false, ...known });

test('an own run that agrees settles it, whatever the sides show', () => {
  for (const wrong of EVERYTHING) expect(said({ own: 2, settled: found(wrong), patient: true })).toBe(2);
});

test('a result far from the own run is wrong, whatever two friends show about it', () => {
  for (const patient of [true, false]) {
    expect(said({ near: false, patient, silent: 'claimant' })).toBe(1);
    for (const wrong of EVERYTHING) expect(said({ near: false, settled: found(wrong), patient })).toBe(1);
  }
});

test('a result near the own run stands if its run does, and a contester cannot take that away', () => {
  expect(said({ patient: true })).toBeNull();
  expect(said({ settled: found('nobody') })).toBe(2);
  expect(said({ settled: found('claimant') })).toBe(2);
  expect(said({ settled: found('unknown', parting(null, value(true))) })).toBe(2);
  expect(said({ silent: 'claimant' })).toBe(2);
});

test('a result near the own run falls if its run is not shown, found wrong, or beyond judging', () => {
  expect(said({ silent: 'defendant' })).toBe(1);
  expect(said({})).toBe(1);
  for (const wrong of ['defendant', 'both', 'unknown'] as const) expect(said({ settled: found(wrong) })).toBe(1);
  expect(said({ settled: found('unknown', parting(null, null)) })).toBe(1);
  expect(said({ settled: found('unknown', parting(value(true), null)) })).toBe(1);
});

test('without an own run nothing the sides show saves a result: two friends can show anything but that it is wrong', () => {
  for (const wrong of EVERYTHING) expect(said({ own: null, settled: found(wrong), patient: true })).toBeNull();
  for (const wrong of ['claimant', 'nobody', 'unknown'] as const)
    expect(said({ own: null, settled: found(wrong) })).toBeNull();
  for (const wrong of ['defendant', 'both'] as const) expect(said({ own: null, settled: found(wrong) })).toBe(1);
});

test('a result that its author does not send is none', () => {
  expect(said({ own: null, unserved: true, patient: true })).toBeNull();
  expect(said({ own: null, unserved: true })).toBe(1);
  expect(said({ own: 2, unserved: true })).toBe(2);
});
