import { join } from 'node:path';
import { afterEach } from 'vitest';
import { openStore, type Store } from '../store/open.ts';
import { temporaryFolder } from '../store/test-store.ts';
import { Indexer, type IndexChange } from './indexer.ts';
import type { NetworkFile } from './network-file.ts';
import { FaultyClient, until, type TestChain } from './test-chain.ts';

const cleanups: Array<() => Promise<unknown>> = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

/** For tests only: an index with its own client and database. */
export interface Reader {
  readonly db: Store;
  readonly client: FaultyClient;
  readonly indexer: Indexer;
  readonly changes: IndexChange[];
  readonly log: string[];
  readonly failures: unknown[];
  /** Resolves when the index stands at the newest block of the chain. */
  readonly caughtUp: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export function reader(
  chain: TestChain,
  file = join(temporaryFolder(), 'store.db'),
  network: Partial<NetworkFile> = {},
  rewindMs = 50,
): Reader {
  const db = openStore(file);
  const log: string[] = [];
  const failures: unknown[] = [];
  const client = new FaultyClient({ ...chain.network, ...network }, () => undefined, 20);
  const indexer = new Indexer(
    db,
    client,
    (line) => log.push(line),
    (error) => failures.push(error),
    rewindMs,
  );
  const changes: IndexChange[] = [];
  indexer.onChange((change) => changes.push(change));
  const caughtUp = async (): Promise<void> => {
    const { number, hash } = await chain.request<{ number: string; hash: string }>('eth_getBlockByNumber', [
      'latest',
      false,
    ]);
    await until(
      () => indexer.height === Number(number) && indexer.rows.tip()?.hash === hash,
      `height ${Number(number)}`,
    );
  };
  let closed = false;
  const close = async (): Promise<void> => {
    if (closed) return;
    closed = true;
    await client.stop();
    await indexer.stop();
    db.close();
  };
  cleanups.push(close);
  return { db, client, indexer, changes, log, failures, caughtUp, close };
}

export async function started(...options: Parameters<typeof reader>): Promise<Reader> {
  const made = reader(...options);
  await made.client.start();
  await made.indexer.start();
  return made;
}

export function contents({ db }: Reader): unknown {
  return {
    tasks: db.prepare('SELECT * FROM chain_tasks ORDER BY id').all(),
    models: db.prepare('SELECT id, digest, value FROM chain_models ORDER BY rowid').all(),
    events: db.prepare('SELECT * FROM events ORDER BY block, log_index').all(),
  };
}

/** What an index that never saw anything else makes of the chain as it is now. */
export async function fresh(chain: TestChain, network: Partial<NetworkFile> = {}): Promise<unknown> {
  const other = await started(chain, undefined, network);
  const all = contents(other);
  await other.close();
  return all;
}
