import { expect, test } from 'vitest';
import { createClient } from './client.ts';
import { MAX_BUFFERED_BYTES, serveBridge } from './host.ts';
import { memoryPorts } from './port.ts';
import { bridgeCompliance } from './test-compliance.ts';
import { testHost } from './test-host.ts';

bridgeCompliance('memory', async (options) => {
  const [front, back] = memoryPorts();
  serveBridge(back, options);
  return { port: front, dispose: async () => front.close() };
});

test('a front end that does not read is disconnected at the limit, not before', async () => {
  const host = testHost();
  const [front, back] = memoryPorts();
  let buffered = MAX_BUFFERED_BYTES;
  serveBridge({ ...back, buffered: () => buffered }, host.options);
  const client = createClient(front);
  await new Promise<void>((resolve) => {
    client.open(
      () => resolve(),
      () => undefined,
    );
  });
  const closed = new Promise<void>((resolve) => client.onClose(resolve));
  expect(host.listeners()).toBe(1);
  buffered++;
  host.emit({ slice: 'activity', value: { state: 'working', code: 'X', title: '', why: '' } });
  await closed;
  expect(host.listeners()).toBe(0);
});

test('a node that cannot say how it stands closes the connection, and lives on', async () => {
  const host = testHost();
  const lines: string[] = [];
  const [front, back] = memoryPorts();
  const snapshot = (): never => {
    throw new Error('the database is closed');
  };
  serveBridge(back, { ...host.options, snapshot, log: (line) => lines.push(line) });
  const client = createClient(front);
  const closed = new Promise<void>((resolve) => client.onClose(resolve));
  client.open(
    () => expect.unreachable(),
    () => undefined,
  );
  await closed;
  expect(host.listeners()).toBe(0);
  expect(lines.join()).toContain('the database is closed');
});
