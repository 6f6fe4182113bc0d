import { expect, test } from 'vitest';
import type { Digest } from '../../src-shared/domain/ids.ts';
import { serverProblem } from './serverUrl.ts';
import { imageProblem, sayContainer, sayTest, shortImage } from './words.ts';

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

const DIGEST = 'd'.repeat(64);

test('an image must be pinned; what stands in for it is short enough to be said', () => {
  expect(imageProblem(`r8.im/you/model@sha256:${DIGEST}`)).toBeNull();
  expect(imageProblem('r8.im/you/model:latest')).toContain('pinned');
  expect(imageProblem(`--privileged@sha256:${DIGEST}`)).not.toBeNull();
  expect(imageProblem('r8.im/you/model@sha256:abc')).toContain('64 digits');
  expect(shortImage(`r8.im/you/model@sha256:${DIGEST}`).spoken).toBe('r8.im/you/model dddddddd');
});

test('a container says what its state means', () => {
  const container = { image: 'a', since: 0, byHand: false, trouble: null, againAt: null } as const;
  expect(sayContainer({ ...container, state: 'ready' })).toContain('15 minutes');
  expect(sayContainer({ ...container, state: 'ready', byHand: true })).toContain('until you stop it');
  expect(sayContainer({ ...container, state: 'failed', againAt: 1 })).toContain('by itself');
  expect(sayContainer({ ...container, state: 'failed' })).toContain('next task');
});
