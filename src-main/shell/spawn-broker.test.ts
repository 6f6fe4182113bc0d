import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { brokeredSpawner } from '../cli/brokered-spawner.ts';
import type { Child, Spawner } from '../process/spawner.ts';
import { brokerSpawns } from './spawn-broker.ts';

/** A process that is only its messages. */
class FakeChild extends EventEmitter implements Child {
  readonly pid = 1;
  readonly heard: unknown[] = [];
  killed = false;
  readonly channel = {
    send: (message: unknown) => void this.heard.push(message),
    onMessage: (listener: (message: unknown) => void) => void this.on('message', listener),
    onClose: (listener: () => void) => void this.once('exit', () => listener()),
  };
  kill(): void {
    this.killed = true;
    this.emit('exit', null);
  }
  onExit(listener: (code: number | null) => void): void {
    this.once('exit', listener);
  }
  onStderr(listener: (text: string) => void): void {
    this.on('stderr', listener);
  }
}

/** Lets everything that was sent arrive. */
const told = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function setUp(): { asker: FakeChild; spawner: Spawner; made: FakeChild[] } {
  const made: FakeChild[] = [];
  const asker = new FakeChild();
  const inParent: Spawner = {
    spawn: (entry) => {
      if (entry === 'probe') throw new Error('no probe here');
      const child = new FakeChild();
      made.push(child);
      return child;
    },
  };
  // What the asker sends arrives as its message, what the parent sends is its input.
  const input = new EventEmitter();
  asker.channel.send = (message): undefined => void queueMicrotask(() => input.emit('message', message));
  brokerSpawns(asker, inParent);
  const spawner = brokeredSpawner({
    send: (message) => void asker.emit('message', structuredClone(message)),
    onMessage: (listener) => void input.on('message', listener),
    onClose: () => undefined,
  });
  return { asker, spawner, made };
}

test('messages go both ways, each to its own process', async () => {
  const { spawner, made } = setUp();
  const one = spawner.spawn('worker');
  const two = spawner.spawn('signer', { args: ['x'] });
  const heard: unknown[] = [];
  one.channel.onMessage((message) => heard.push(['one', message]));
  two.channel.onMessage((message) => heard.push(['two', message]));
  two.onStderr((text) => heard.push(['two says', text]));
  one.channel.send({ bytes: new Uint8Array([1, 2]) });
  two.channel.send('for two');
  made[0]?.emit('message', 'from one');
  made[1]?.emit('message', 'from two');
  made[1]?.emit('stderr', 'oh');
  await told();
  expect(made.map((child) => child.heard)).toEqual([[{ bytes: new Uint8Array([1, 2]) }], ['for two']]);
  expect(heard).toEqual([
    ['one', 'from one'],
    ['two', 'from two'],
    ['two says', 'oh'],
  ]);
});

test('the end of a process is told once, with its code; afterwards nothing is sent', async () => {
  const { spawner, made } = setUp();
  const child = spawner.spawn('worker');
  const ends: unknown[] = [];
  child.onExit((code) => ends.push(code));
  child.channel.onClose(() => ends.push('closed'));
  made[0]?.emit('exit', 3);
  await told();
  child.channel.send('late');
  child.kill();
  expect(ends).toEqual([3, 'closed']);
  expect(made[0]?.heard).toEqual([]);
  expect(made[0]?.killed).toBe(false);
});

test('killed by its owner, and all of them when the owner ends', () => {
  const { asker, spawner, made } = setUp();
  spawner.spawn('worker').kill();
  spawner.spawn('peer');
  spawner.spawn('signer');
  expect(made.map(({ killed }) => killed)).toEqual([true, false, false]);
  asker.emit('exit', 0);
  expect(made.map(({ killed }) => killed)).toEqual([true, true, true]);
});

test('what cannot be made ends at once: a missing entry, a node inside a node, too many', async () => {
  const { spawner, made } = setUp();
  const ends: unknown[] = [];
  for (const entry of ['probe', 'headless'] as const) spawner.spawn(entry).onExit((code) => ends.push([entry, code]));
  await told();
  expect(ends).toEqual([
    ['probe', null],
    ['headless', null],
  ]);
  for (let count = 0; count < 20; count++) spawner.spawn('worker').onExit((code) => ends.push(code));
  await told();
  expect(made).toHaveLength(16);
  expect(ends.slice(2)).toEqual([null, null, null, null]);
});
