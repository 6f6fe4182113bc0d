import { beforeEach, expect, test, vi } from 'vitest';
import { FolkmootError } from '../../src-shared/domain/errors.ts';
import type { Digest } from '../../src-shared/domain/ids.ts';
import type { LocalModel } from '../models/catalogue.ts';
import { retryIn } from './causes.ts';
import { Readiness } from './readiness.ts';

const MINUTE = 60_000;
const model = { digest: '0x01' as Digest } as LocalModel;
let now: number;
let lacks: string | null;
let look: (() => Promise<void>) | null;
const changed = vi.fn();
let readiness: Readiness;
beforeEach(() => {
  now = new Date(2026, 4, 1, 7, 5).getTime();
  lacks = null;
  look = null;
  changed.mockReset();
  readiness = new Readiness({ lacks: () => lacks, look: () => look?.(), changed, now: () => now });
});

const fails = (code: string, key = '0xaa', message = 'The server cannot be reached.'): Promise<unknown> =>
  readiness.watch(model.digest, key, () => Promise.reject(new FolkmootError(code, message))).catch(() => undefined);
const works = (): Promise<unknown> => readiness.watch(model.digest, '0xbb', async () => 1);

test('what fails for a reason of this machine rests, twice as long each time, and is tried with one task', async () => {
  await fails('SERVER_GONE');
  expect(readiness.of(model)).toEqual({
    kind: 'unable',
    why: 'the server cannot be reached; it is tried again at 07:06',
  });
  now += MINUTE - 1;
  expect(readiness.of(model).kind).toBe('unable');
  now += 1;
  expect(readiness.of(model)).toEqual({ kind: 'trial' });
  await fails('SERVER_GONE');
  now += 2 * MINUTE - 1;
  expect(readiness.of(model).kind).toBe('unable');
  now += 1;
  expect(readiness.of(model).kind).toBe('trial');
  await works();
  expect(readiness.of(model)).toEqual({ kind: 'ready' });
  await fails('SERVER_GONE');
  now += MINUTE;
  expect(readiness.of(model).kind).toBe('trial');
});

test('an input that cannot be computed says nothing of the model', async () => {
  for (const code of ['INPUT', 'NETWORK_NO_PROVIDER', 'POISON', 'QUEUE_FULL']) await fails(code);
  expect(readiness.of(model)).toEqual({ kind: 'ready' });
});

test('a crash alone may be the task; two works in a row are the machine', async () => {
  await fails('LANE_CRASHED', '0xaa');
  await fails('LANE_CRASHED', '0xaa');
  expect(readiness.of(model).kind).toBe('ready');
  await works();
  await fails('RUN_FAILED', '0xcc');
  expect(readiness.of(model).kind).toBe('ready');
  await fails('MEMORY', '0xdd');
  expect(readiness.of(model).kind).toBe('unable');
});

test('what is lacking is said as long as it lacks, and no longer', () => {
  lacks = 'its server was removed';
  expect(readiness.of(model)).toEqual({ kind: 'unable', why: 'its server was removed' });
  lacks = null;
  expect(readiness.of(model)).toEqual({ kind: 'ready' });
});

test('when the person changes something the rest is over at once, and everybody is told', async () => {
  await fails('SERVER_GONE');
  readiness.forget('0x02' as Digest);
  expect(readiness.of(model).kind).toBe('unable');
  expect(changed).not.toHaveBeenCalled();
  readiness.forget();
  expect(readiness.of(model).kind).toBe('ready');
  expect(changed).toHaveBeenCalledOnce();
});

test('a server that answers ends the rest that its silence began, and no other', async () => {
  readiness.gone(model.digest, { code: 'SERVER_GONE', message: 'The server cannot be reached.' });
  expect(readiness.of(model).kind).toBe('unable');
  readiness.there(model.digest, new Set(['CONTAINER']));
  expect(readiness.of(model).kind).toBe('unable');
  readiness.there(model.digest, new Set(['SERVER_GONE']));
  expect(readiness.of(model).kind).toBe('ready');
});

test('after a rest the server is asked first, once, and no task is risked while it is silent', async () => {
  await fails('SERVER_GONE');
  let answer: (error?: Error) => void = () => undefined;
  const asked = vi.fn(
    () =>
      new Promise<void>((resolve, reject) => (answer = (error) => (error === undefined ? resolve() : reject(error)))),
  );
  look = asked;
  now += MINUTE;
  expect(readiness.of(model).kind).toBe('unable');
  expect(readiness.of(model).kind).toBe('unable');
  expect(asked).toHaveBeenCalledOnce();
  answer(new Error('refused'));
  await vi.waitFor(() => expect(changed).toHaveBeenCalled());
  now += 2 * MINUTE - 1;
  expect(readiness.of(model).kind).toBe('unable');
  expect(asked).toHaveBeenCalledOnce();
  now += 1;
  expect(readiness.of(model).kind).toBe('unable');
  answer();
  await vi.waitFor(() => expect(readiness.of(model).kind).toBe('trial'));
  expect(asked).toHaveBeenCalledTimes(2);
});

test('what this machine lacks is tried again as long as there is time, anything else a few times or never', () => {
  expect([1, 2, 3, 4, 5, 50].map((tries) => retryIn('SERVER_GONE', tries, 600_000))).toEqual([
    5_000, 10_000, 20_000, 40_000, 60_000, 60_000,
  ]);
  expect(retryIn('SERVER_GONE', 1, 5_000)).toBeNull();
  expect(retryIn('SERVER_GONE', 1, 5_001)).toBe(5_000);
  expect([1, 5, 6].map((tries) => retryIn('NETWORK_NO_PROVIDER', tries, 0))).toEqual([5_000, 80_000, null]);
  expect(retryIn('INPUT', 1, 600_000)).toBeNull();
});
