import { expect, test } from 'vitest';
import { FolkmootError } from '../../src-shared/domain/errors.ts';
import type { Channel } from './channel.ts';
import { ChildError, connect, serve } from './rpc.ts';

type Ms = {
  double: { input: number; output: number };
  fail: { input: null; output: never };
  odd: { input: null; output: unknown };
  never: { input: null; output: null };
};

/** Two ends of one pipe that copies as the real ones do; `close` ends it for the parent. */
function pipe() {
  const ends = [0, 1].map(() => ({ message: [] as Array<(m: unknown) => void>, close: [] as Array<() => void> }));
  const end = (own: number, other: number): Channel => ({
    send: (message) => {
      const copy = structuredClone(message);
      queueMicrotask(() => ends[other]!.message.forEach((listener) => listener(copy)));
    },
    onMessage: (listener) => void ends[own]!.message.push(listener),
    onClose: (listener) => void ends[own]!.close.push(listener),
  });
  return { parent: end(0, 1), child: end(1, 0), close: () => ends[0]!.close.forEach((listener) => listener()) };
}

function served() {
  const { parent, child, close } = pipe();
  serve<Ms, { said: string }>(child, {
    double: (n) => 2 * n,
    fail: () => {
      throw new FolkmootError('NO', 'No.', { remedy: 'Ask later.' });
    },
    odd: () => () => 1,
    never: () => new Promise(() => undefined),
  });
  const unusable: string[] = [];
  const client = connect<Ms, { said: string }>(parent, (event) => unusable.push(event));
  return { client, unusable, parent, child, close };
}

test('calls are answered, errors keep code and remedy', async () => {
  const { client } = served();
  await expect(client.call('double', 21)).resolves.toBe(42);
  await expect(client.call('fail', null)).rejects.toMatchObject({ code: 'NO', message: 'No.', remedy: 'Ask later.' });
});

test.each(['missing', '__proto__', 'constructor', 'toString', 'hasOwnProperty'])('“%s” is no method', async (name) => {
  const { client } = served();
  await expect(client.call(name as 'double', 1)).rejects.toMatchObject({ code: 'UNKNOWN_METHOD' });
});

test('what cannot cross the border fails the one call, on either side, and nothing else', async () => {
  const { client } = served();
  await expect(client.call('double', (() => 1) as never)).rejects.toThrow(/clone/);
  await expect(client.call('odd', null)).rejects.toThrow(/clone/);
  await expect(client.call('double', 2)).resolves.toBe(4);
});

test('pending calls fail when the child goes, later ones at once', async () => {
  const { client, close } = served();
  const pending = client.call('never', null);
  close();
  await expect(pending).rejects.toBeInstanceOf(ChildError);
  await expect(client.call('double', 1)).rejects.toMatchObject({ code: 'CHILD_GONE' });
});

test('a call without an answer ends at its deadline; the late answer is dropped', async () => {
  const { client } = served();
  await expect(client.call('never', null, 1)).rejects.toMatchObject({ code: 'CHILD_TIMEOUT' });
});

test('a child that was taken over cannot end the parent with rubbish', async () => {
  const { client, child } = served();
  for (const rubbish of [
    null,
    undefined,
    7,
    'call',
    [],
    {},
    { kind: 'return', id: 99 },
    { kind: 'event' },
    { kind: 'x' },
  ]) {
    child.send(rubbish);
  }
  const pending = client.call('never', null);
  child.send({ kind: 'error', id: 1 });
  await expect(pending).rejects.toMatchObject({ code: 'INTERNAL' });
  await expect(client.call('double', 4)).resolves.toBe(8);
});

test('an event of which nothing can be made ends nothing here, and is told to whoever looks after the child', async () => {
  const { client, child, unusable } = served();
  const heard: number[] = [];
  client.on('said', (payload) => heard.push(payload.length));
  for (const payload of [undefined, null, 'abc']) child.send({ kind: 'event', name: 'said', payload });
  await expect(client.call('double', 4)).resolves.toBe(8);
  expect([heard, unusable]).toEqual([[3], ['said', 'said']]);
});
