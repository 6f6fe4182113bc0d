import { describe, expect, test } from 'vitest';
import { FolkmootError } from '../domain/errors.ts';
import { createClient } from './client.ts';
import { MAX_IN_FLIGHT, type HostOptions } from './host.ts';
import type { Port } from './port.ts';
import type { StateEvent } from './state.ts';
import { testHost } from './test-host.ts';

/** Opens a served connection and hands back the front end's end of it. */
export type Connect = (options: HostOptions) => Promise<{ readonly port: Port; readonly dispose: () => Promise<void> }>;

const block = (number: number): StateEvent => ({
  slice: 'activity',
  value: { state: 'working', code: `EVENT_${number}`, title: 't', why: 'w' },
});

/** For tests only: what every transport of the bridge must do. Called once per transport, by that transport's own test file. */
export function bridgeCompliance(name: string, connect: Connect): void {
  describe(`bridge over ${name}`, () => {
    test('a call reaches its handler with parsed input and brings its value back', async () => {
      const host = testHost({ 'policy.pause': () => null, 'wallet.create': () => ({ address: '0xabc' }) });
      const { port, dispose } = await connect(host.options);
      const client = createClient(port);
      expect(await client.call('wallet.create', { passphrase: 'long enough', extra: 1 } as never)).toEqual({
        ok: true,
        value: { address: '0xabc' },
      });
      expect(host.calls).toEqual([{ name: 'wallet.create', input: { passphrase: 'long enough' } }]);
      await dispose();
    });

    test('input that does not parse is refused with the path of the field and never reaches the handler', async () => {
      const host = testHost();
      const { port, dispose } = await connect(host.options);
      const client = createClient(port);
      const outcome = await client.call('policy.pause', { forMs: -1 });
      expect(outcome).toMatchObject({ ok: false, error: { code: 'BAD_INPUT' } });
      expect(outcome.ok ? '' : outcome.error.message).toContain('forMs');
      expect(host.calls).toEqual([]);
      await dispose();
    });

    test.each(['no.such.call', '__proto__', 'constructor', 'toString', ''])(
      'the name %j is an unknown call',
      async (call) => {
        const { port, dispose } = await connect(testHost().options);
        expect(await createClient(port).call(call as never, {} as never)).toMatchObject({
          ok: false,
          error: { code: 'UNKNOWN_CALL' },
        });
        await dispose();
      },
    );

    test('a named error keeps code and remedy, any other becomes INTERNAL without a stack', async () => {
      const host = testHost({
        'wallet.lock': () => {
          throw new FolkmootError('NOPE', 'not now', { remedy: 'wait' });
        },
        'policy.resume': () => {
          throw new TypeError('oops');
        },
      });
      const { port, dispose } = await connect(host.options);
      const client = createClient(port);
      expect(await client.call('wallet.lock', {})).toEqual({
        ok: false,
        error: { code: 'NOPE', message: 'not now', remedy: 'wait' },
      });
      expect(await client.call('policy.resume', {})).toEqual({
        ok: false,
        error: { code: 'INTERNAL', message: 'oops' },
      });
      await dispose();
    });

    test('more calls at once than allowed are refused, the others are answered', async () => {
      let release = (): void => undefined;
      const held = new Promise<null>((resolve) => (release = () => resolve(null)));
      const { port, dispose } = await connect(testHost({ 'wallet.lock': () => held }).options);
      const client = createClient(port);
      const waiting = Array.from({ length: MAX_IN_FLIGHT }, () => client.call('wallet.lock', {}));
      expect(await client.call('wallet.lock', {})).toMatchObject({ ok: false, error: { code: 'TOO_MANY_CALLS' } });
      release();
      expect(await Promise.all(waiting)).toEqual(waiting.map(() => ({ ok: true, value: null })));
      expect(await client.call('wallet.lock', {})).toEqual({ ok: true, value: null });
      await dispose();
    });

    test('the snapshot comes first, then each event once and in order', async () => {
      const host = testHost();
      const { port, dispose } = await connect(host.options);
      const client = createClient(port);
      host.emit(block(0));
      const heard: string[] = [];
      await new Promise<void>((resolve) => {
        client.open(
          (snapshot) => {
            heard.push(`snapshot ${snapshot.activity.code}`);
            for (const number of [1, 2, 3]) host.emit(block(number));
          },
          (event) => {
            heard.push(event.slice === 'activity' ? event.value.code : event.slice);
            if (heard.length === 4) resolve();
          },
        );
      });
      expect(heard).toEqual(['snapshot EVENT_0', 'EVENT_1', 'EVENT_2', 'EVENT_3']);
      await dispose();
    });

    test('opening twice does not double the events', async () => {
      const host = testHost();
      const { port, dispose } = await connect(host.options);
      const client = createClient(port);
      for (let round = 0; round < 2; round++) {
        await new Promise<void>((resolve) => {
          client.open(
            () => resolve(),
            () => undefined,
          );
        });
      }
      expect(host.listeners()).toBe(1);
      await dispose();
    });

    test('when the front end goes, its subscription ends and a late answer harms nobody', async () => {
      let release = (): void => undefined;
      let entered = (): void => undefined;
      const inside = new Promise<void>((resolve) => (entered = resolve));
      const held = new Promise<null>((resolve) => (release = () => resolve(null)));
      let unsubscribed = (): void => undefined;
      const ended = new Promise<void>((resolve) => (unsubscribed = resolve));
      const host = testHost({
        'wallet.lock': () => {
          entered();
          return held;
        },
      });
      const options: HostOptions = {
        ...host.options,
        subscribe: (listener) => {
          const stop = host.options.subscribe(listener);
          return () => {
            stop();
            unsubscribed();
          };
        },
      };
      const { port, dispose } = await connect(options);
      const client = createClient(port);
      await new Promise<void>((resolve) => {
        client.open(
          () => resolve(),
          () => undefined,
        );
      });
      const pending = client.call('wallet.lock', {});
      await inside;
      client.close();
      await ended;
      expect(host.listeners()).toBe(0);
      expect(await pending).toMatchObject({ ok: false, error: { code: 'BRIDGE_CLOSED' } });
      release();
      host.emit(block(1));
      expect(await client.call('wallet.lock', {})).toMatchObject({ ok: false, error: { code: 'BRIDGE_CLOSED' } });
      await dispose();
    });

    test.each([[null], [[]], [{ t: 'call' }], [{ t: 'call', id: -1, name: 'wallet.lock' }], [{ t: 'dance' }]])(
      'the message %j, which is none, ends the connection',
      async (message) => {
        const { port, dispose } = await connect(testHost().options);
        const closed = new Promise<void>((resolve) => port.onClose(resolve));
        port.send(message);
        await closed;
        await dispose();
      },
    );
  });
}
