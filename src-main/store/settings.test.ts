import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { writeFileAtomic } from '../files.ts';
import { openStore } from './open.ts';
import { Settings } from './settings.ts';
import { Steps } from './steps.ts';
import { temporaryFolder } from './test-store.ts';

const schema = z.object({ until: z.number().nullable() });

test('what was set is read; what was edited by hand into something else is the fallback', () => {
  const db = openStore(join(temporaryFolder(), 'store.db'));
  const settings = new Settings(db);
  expect(settings.get('paused', schema, { until: 1 })).toEqual({ until: 1 });
  settings.set('paused', { until: null });
  settings.set('paused', { until: 5 });
  expect(settings.get('paused', schema, { until: 1 })).toEqual({ until: 5 });
  const edit = db.prepare(`UPDATE settings SET value = ? WHERE key = 'paused'`);
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      edit.run(text);
      const value = settings.get('paused', schema, { until: 1 });
      expect(schema.safeParse(value).success).toBe(true);
    }),
    { numRuns: 200 },
  );
  db.close();
});

test('a step of one kind happens once per subject, the newer text stands, proofs are kept', () => {
  const db = openStore(join(temporaryFolder(), 'store.db'));
  const steps = new Steps(db);
  steps.add('a', { kind: 'posted', at: 2, text: 'second', tone: 'plain' });
  steps.add('a', { kind: 'seen', at: 1, text: 'first', tone: 'good', proof: { kind: 'digest', value: '0x1' } });
  steps.add('a', { kind: 'posted', at: 3, text: 'said again', tone: 'bad' });
  steps.add('b', { kind: 'posted', at: 1, text: 'of another', tone: 'plain' });
  expect(steps.of('a')).toEqual([
    { kind: 'seen', at: 1, text: 'first', tone: 'good', proof: { kind: 'digest', value: '0x1' } },
    { kind: 'posted', at: 3, text: 'said again', tone: 'bad' },
  ]);
  steps.remove('a', ['posted', 'lost']);
  expect(steps.of('a').map(({ kind }) => kind)).toEqual(['seen']);
  expect(steps.of('b')).toHaveLength(1);
  db.close();
});

test('a file is replaced as a whole, private, and a failure leaves neither half a file nor a temporary one', () => {
  const folder = temporaryFolder();
  const file = join(folder, 'f.json');
  writeFileAtomic(file, 'one');
  writeFileAtomic(file, 'zwei €');
  expect(readFileSync(file, 'utf8')).toBe('zwei €');
  mkdirSync(join(folder, 'taken'));
  expect(() => writeFileAtomic(join(folder, 'taken'), 'x')).toThrow();
  expect(readdirSync(folder).sort()).toEqual(['f.json', 'taken']);
});
