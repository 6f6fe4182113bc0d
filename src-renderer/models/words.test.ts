import { expect, test } from 'vitest';
import type { Digest } from '../../src-shared/domain/ids.ts';
import { serverProblem } from './serverUrl.ts';
import { sayTest } from './words.ts';

const run = (how: string, digest: string) => ({ how, digest: digest as Digest });
const DONE = { model: '0x1' as Digest, at: 0 };

test('a self-test says in how many ways, and which of them differs', () => {
  expect(sayTest(null)).toContain('must first show');
  expect(sayTest({ ...DONE, passed: true, runs: [run('cpu none', 'a'), run('cpu all', 'a')] })).toBe(
    'Gave the same bytes in 2 ways.',
  );
  expect(sayTest({ ...DONE, passed: false, runs: [run('cpu all', 'a'), run('webgpu', 'b')] })).toContain('(webgpu)');
});

test('an address is looked at before it is sent', () => {
  expect(serverProblem('http://127.0.0.1:11434')).toBeNull();
  for (const text of ['localhost', 'ftp://127.0.0.1', 'http://me:secret@127.0.0.1', 'file:///etc'])
    expect(serverProblem(text), text).not.toBeNull();
});
