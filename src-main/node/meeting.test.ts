import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Cid } from '../../src-shared/domain/ids.ts';
import { BlobStore, digestToCid } from '../content/index.ts';
import type { Network } from '../network/index.ts';
import type { Wallet } from '../wallet/wallet.ts';
import { Meeting } from './meeting.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'folkmoot-meeting-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('what is held is told to nobody and lies where peers are not served from, until it is shown', async () => {
  const told: Cid[] = [];
  const network = {
    onPresence: () => undefined,
    onChange: () => undefined,
    provide: async (cid: Cid) => void told.push(cid),
  } as unknown as Network;
  const [store, held] = [new BlobStore(join(folder, 'blobs')), new BlobStore(join(folder, 'held'))];
  const options = { network, store, held, wallet: {} as Wallet, networkId: 'test', changed: () => undefined };
  const meeting = new Meeting(options);
  const bytes = Uint8Array.of(1, 2, 3);
  const { digest } = await meeting.hold(bytes);
  expect([await store.has(digest), told]).toEqual([false, []]);
  await meeting.show(digest);
  expect(await store.get(digest, 9)).toEqual(Buffer.from(bytes));
  expect([await held.has(digest), told]).toEqual([false, [digestToCid(digest)]]);
  await meeting.show(digest);
  await meeting.show(`0x${'77'.repeat(32)}` as typeof digest);
  expect(told).toHaveLength(1);
});
