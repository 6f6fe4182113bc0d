import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Log } from '../../log.ts';
import type { Part } from '../../part.ts';
import type { Spawner } from '../../process/spawner.ts';
import { Supervisor } from '../../process/supervisor.ts';
import { ChainError } from '../errors.ts';
import type { AnvilEvents, AnvilMethods } from './anvil-protocol.ts';
import { sweep } from './sweep.ts';

export const SANDBOX_CHAIN_ID = 771_001;

export interface AnvilOptions {
  readonly folder: string;
  readonly resources: string;
  readonly spawner: Spawner;
  readonly log: Log;
  /** Why the chain's state cannot be written now; null once it can again. */
  readonly saving: (trouble: string | null) => void;
}

export function anvilFiles(folder: string) {
  return { stateFile: join(folder, 'chain.json'), pidFile: join(folder, 'chain.pid') };
}

/** The sandbox chain: anvil under a keeper process, state kept in `folder`. It keeps its address when it is restarted. */
export class Anvil implements Part {
  readonly #keeper: Supervisor<AnvilMethods, AnvilEvents>;
  readonly #log: Log;
  readonly #files: ReturnType<typeof anvilFiles>;
  #endpoint: string | null = null;

  constructor({ folder, resources, spawner, log, saving }: AnvilOptions) {
    this.#log = log;
    this.#files = anvilFiles(folder);
    this.#keeper = new Supervisor<AnvilMethods, AnvilEvents>(spawner, {
      entry: 'anvil',
      log,
      init: async (client) => {
        const { endpoint } = await client.call(
          'start',
          {
            binary: anvilBinary(resources),
            ...this.#files,
            chainId: SANDBOX_CHAIN_ID,
            endpoint: this.#endpoint,
          },
          30_000,
        );
        this.#endpoint = endpoint;
      },
    });
    this.#keeper.on('saving', ({ trouble }) => saving(trouble));
    this.#keeper.on('exited', ({ code, output }) => {
      this.#log(`sandbox chain ended (${code ?? 'killed'}): ${output.split('\n').at(-1) ?? ''}`);
      // The keeper starts over with the state on disk.
      this.#keeper.kill();
    });
  }

  get rpc(): string {
    return `http://${this.#endpoint ?? ''}`;
  }

  async start(): Promise<void> {
    await this.#keeper.start();
  }

  /** Resolves when everything mined so far is on disk. */
  async save(): Promise<void> {
    await this.#keeper.call('save', null);
  }

  async stop(): Promise<void> {
    await this.#keeper.call('stop', null, 10_000).catch(() => undefined);
    await this.#keeper.stop();
    // A keeper that died a moment ago had no time to end the chain.
    await sweep(this.#files);
  }
}

/** @throws ChainError `SANDBOX` on platforms for which no anvil was installed. */
function anvilBinary(resources: string): string {
  const packaged = join(resources, 'bin', process.platform === 'win32' ? 'anvil.exe' : 'anvil');
  const named = process.env['FOLKMOOT_ANVIL'];
  if (named !== undefined) return named;
  if (existsSync(packaged)) return packaged;
  try {
    const home = createRequire(import.meta.url).resolve('@foundry-rs/anvil-linux-amd64/package.json');
    return join(home, '..', 'bin', 'anvil');
  } catch (error) {
    throw new ChainError('SANDBOX', 'This computer has no sandbox chain (anvil is missing).', {
      cause: error,
      remedy: 'Install anvil and name it in FOLKMOOT_ANVIL, or start with a network file.',
    });
  }
}
