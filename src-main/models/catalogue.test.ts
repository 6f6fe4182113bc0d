import { afterEach, beforeEach, expect, test } from 'vitest';
import type { IndexRows } from '../chain/index-rows.ts';
import { openStore, type Store } from '../store/open.ts';
import { Catalogue, type LocalModel } from './catalogue.ts';
import { manifestDigest } from './manifest.ts';
import { doublingModel } from './samples.ts';

const { manifest } = doublingModel(4);
const exact: LocalModel = { digest: manifestDigest(manifest), manifest, builtIn: false };
const judged = { ...manifest, verification: { kind: 'jury' as const } };
const jury: LocalModel = { digest: manifestDigest(judged), manifest: judged, builtIn: false };
const nothing = { modelByDigest: () => undefined, model: () => undefined } as unknown as IndexRows;
const testOf = (passed: boolean) => ({
  model: exact.digest,
  passed,
  runs: [{ how: 'cpu all', digest: exact.digest }],
  at: 5,
});
let store: Store;
let open: () => Catalogue;
beforeEach(() => {
  store = openStore(':memory:');
  open = () => new Catalogue(store, () => [exact, jury], nothing, false);
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
  expect(again.views()).toMatchObject([{ determinism: testOf(true) }, { determinism: null }]);
});
