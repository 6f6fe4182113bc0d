import { afterEach, beforeEach, expect, test } from 'vitest';
import type { IndexRows } from '../chain/index-rows.ts';
import { openStore, type Store } from '../store/open.ts';
import { Catalogue, type LocalModel } from './catalogue.ts';
import type { KeptTest, TestPlace } from './determinism.ts';
import { manifestDigest } from './manifest.ts';
import { doublingModel } from './samples.ts';

const { manifest } = doublingModel(4);
const exact: LocalModel = { digest: manifestDigest(manifest), manifest, builtIn: false };
const judged = { ...manifest, verification: { kind: 'jury' as const } };
const jury: LocalModel = { digest: manifestDigest(judged), manifest: judged, builtIn: false };
const nothing = { modelByDigest: () => undefined, model: () => undefined } as unknown as IndexRows;
const shown = (passed: boolean) => ({
  model: exact.digest,
  passed,
  runs: [{ how: 'cpu all', digest: exact.digest }],
  at: 5,
});
const testOf = (passed: boolean, more: Partial<KeptTest> = {}): KeptTest => ({
  ...shown(passed),
  devices: ['cpu'],
  refused: [],
  mark: { runtime: '1', machine: 'driver 1' },
  ...more,
});
let store: Store;
let open: (builtIn?: boolean) => Catalogue;
let place: TestPlace | null;
beforeEach(() => {
  store = openStore(':memory:');
  place = { runtime: '1', machine: 'driver 1', devices: ['cpu'] };
  open = (builtIn = false) =>
    new Catalogue(
      store,
      () => [{ ...exact, builtIn }, jury],
      nothing,
      builtIn,
      () => place,
    );
});
afterEach(() => store.close());

test('an exact model needs a test that it passed; the outcome is kept and shown', () => {
  const catalogue = open();
  expect([catalogue.needsTest(exact.digest), catalogue.needsTest(jury.digest)]).toEqual([true, false]);
  catalogue.tested(testOf(false));
  expect(catalogue.needsTest(exact.digest)).toBe(true);
  expect(open().views()[0]).toMatchObject({ determinism: { passed: false } });
  catalogue.tested(testOf(true));
  const again = open();
  expect(again.needsTest(exact.digest)).toBe(false);
  expect(again.views()).toMatchObject([{ determinism: shown(true) }, { determinism: null }]);
});

const FIRST = 'it is tested on this machine first';

test.each([
  ['another driver', { machine: 'driver 2' }],
  ['another runtime', { runtime: '2' }],
  ['a card that took no part', { devices: ['cpu', 'gpu:0'] }],
] as const)('%s: it waits for a new test, and is not shown as tested meanwhile', (_, change) => {
  const catalogue = open();
  catalogue.tested(testOf(true));
  expect([catalogue.untested(exact), catalogue.needsTest(exact.digest)]).toEqual([null, false]);
  place = { ...place!, ...change };
  expect([catalogue.untested(exact), catalogue.needsTest(exact.digest)]).toEqual([FIRST, true]);
  expect(catalogue.views()[0]?.determinism).toBeNull();
  expect(catalogue.untested(jury)).toBeNull();
  const { devices, ...mark } = place;
  catalogue.tested(testOf(true, { devices, mark }));
  expect([catalogue.untested(exact), catalogue.needsTest(exact.digest)]).toEqual([null, false]);
});

test('cards that are paused, and hardware that is not known yet, do not undo a test', () => {
  const catalogue = open();
  catalogue.tested(testOf(true, { devices: ['cpu', 'gpu:0'] }));
  expect(catalogue.untested(exact)).toBeNull();
  place = { ...place!, machine: null };
  expect(catalogue.untested(exact)).toBeNull();
});

test('a test from before devices were noted counts for nothing', () => {
  store
    .prepare('INSERT INTO settings (key, value) VALUES (?, ?)')
    .run(`determinism.${exact.digest}`, JSON.stringify(shown(true)));
  expect(open().untested(exact)).toBe(FIRST);
});

test('a card that cannot run it gets none of its work, and nothing is taken while only that card may work', () => {
  const catalogue = open();
  catalogue.tested(testOf(true, { refused: ['gpu:0'] }));
  expect(catalogue.onlyOn(exact.digest)).toBeUndefined();
  place = { ...place!, devices: ['cpu', 'gpu:0'] };
  expect([catalogue.untested(exact), catalogue.onlyOn(exact.digest)]).toEqual([null, 'cpu']);
  place = { ...place, devices: ['gpu:0'] };
  expect(catalogue.untested(exact)).toContain('on the processor only');
});

test('a result of a device that was not tested is not stood by', () => {
  const catalogue = open();
  expect(catalogue.trusts(exact.digest, 'cpu')).toBe(false);
  catalogue.tested(testOf(true));
  expect([catalogue.trusts(exact.digest, 'cpu'), catalogue.trusts(exact.digest, 'gpu:0')]).toEqual([true, false]);
  place = { ...place!, machine: 'driver 2' };
  expect([catalogue.trusts(exact.digest, 'cpu'), catalogue.trusts(jury.digest, 'cpu')]).toEqual([false, true]);
});

test('in a sandbox the models that ship work while they are tested; peers test nothing', () => {
  const sandbox = open(true);
  expect([sandbox.needsTest(exact.digest), sandbox.untested({ ...exact, builtIn: true })]).toEqual([true, null]);
  expect(sandbox.trusts(exact.digest, 'gpu:0')).toBe(true);
  place = null;
  expect([open().untested(exact), open().trusts(exact.digest, 'gpu:0')]).toEqual([null, true]);
});
