import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { toQuantity } from 'ethers';
import type { Address, Amount, Digest } from '../../../src-shared/domain/ids.ts';
import type { VerificationClass } from '../../../src-shared/domain/models.ts';
import { writeFileAtomic } from '../../files.ts';
import type { Log } from '../../log.ts';
import type { Part } from '../../part.ts';
import type { Spawner } from '../../process/spawner.ts';
import { ChainError } from '../errors.ts';
import { parseNetworkFile, type NetworkFile } from '../network-file.ts';
import { Anvil, anvilFiles, SANDBOX_CHAIN_ID } from './anvil.ts';
import { BlockMaker } from './block-maker.ts';
import { readOperator, SandboxOperator } from './operator.ts';
import { sandboxRequest } from './rpc.ts';
import { sweep } from './sweep.ts';

export interface SandboxModel {
  readonly digest: Digest;
  readonly fee: Amount;
  readonly runtime: string;
  readonly class: VerificationClass;
}

export interface SandboxOptions {
  readonly folder: string;
  readonly resources: string;
  readonly spawner: Spawner;
  readonly log: Log;
  readonly models: readonly SandboxModel[];
  /** Why the chain's state cannot be written now; null once it can again. */
  readonly saving: (trouble: string | null) => void;
}

const POLL_MS = 400;

/** A whole network on this machine: chain, contracts, play money. Resumes where it stopped. */
export class Sandbox implements Part {
  readonly #options: SandboxOptions;
  readonly #networkFile: string;
  #anvil: Anvil | undefined;
  #operator: SandboxOperator | undefined;
  readonly #blocks = new BlockMaker(() => this.#chain.rpc);
  #network: NetworkFile | undefined;
  #gifts: Promise<boolean> = Promise.resolve(false);
  /** Set when an earlier sandbox could not be continued: where it was moved to. */
  movedAway: string | null = null;

  constructor(options: SandboxOptions) {
    this.#options = options;
    this.#networkFile = join(options.folder, 'network.json');
  }

  get network(): NetworkFile {
    if (this.#network === undefined) throw new ChainError('SANDBOX', 'The sandbox is not running.');
    return this.#network;
  }

  /** Starts the chain; a state that anvil cannot read, or that lost the contracts, is moved away and a new one begun. */
  async start(): Promise<void> {
    const { folder } = this.#options;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // Before anything is moved: a chain that outlived a crash would go on writing to its path.
    await sweep(anvilFiles(folder));
    const known = this.#known();
    if (known === null && existsSync(join(folder, 'chain.json'))) this.#moveAway();
    try {
      await this.#startChain();
      if (known !== null && !(await this.#holds(known)))
        throw new ChainError('SANDBOX_STATE', 'The contracts are gone.');
    } catch (error) {
      // Only what cannot be continued is put aside; a machine that is slow or full today may do better tomorrow.
      if (known === null || (error as { code?: string }).code !== 'SANDBOX_STATE') throw error;
      await this.#anvil?.stop();
      this.#options.log(`sandbox: ${error instanceof Error ? error.message : String(error)} Starting a new one.`);
      this.#moveAway();
      await this.#startChain();
    }
  }

  /** Deploys the contracts on a new chain; otherwise only notes the chain's new port. */
  async deploy(): Promise<void> {
    const rpc = this.#chain.rpc;
    const operator = new SandboxOperator(this.#options.folder, rpc, SANDBOX_CHAIN_ID);
    this.#operator = operator;
    await this.#blocks.start();
    const known = this.#known();
    if (known !== null) return this.#save({ ...known, rpc, bootstrap: [] });
    const contracts = await operator.deploy();
    const anchor = await this.#block('latest');
    for (const model of this.#options.models) await operator.register(contracts.registry, model);
    await operator.support(
      contracts,
      this.#options.models.map(({ digest }) => digest),
    );
    // From here on a chain that dies at once comes back with its contracts.
    await this.#chain.save();
    this.#save({
      format: 1,
      name: `sandbox-${anchor.hash.slice(2, 10)}`,
      kind: 'sandbox',
      chainId: SANDBOX_CHAIN_ID,
      rpc,
      anchor,
      contracts,
      pollMs: POLL_MS,
      bootstrap: [],
    });
  }

  /** Where other nodes on this machine find this one. @returns the file that they start with (`--network`). */
  meetAt(bootstrap: readonly string[]): string {
    this.#save({ ...this.network, bootstrap: [...bootstrap] });
    return this.#networkFile;
  }

  /** One gift at a time: they share the operator's nonces. */
  gift(to: Address, prepaid?: bigint): Promise<boolean> {
    const give = async (): Promise<boolean> =>
      (await this.#operator?.gift(this.network.contracts, to, prepaid)) ?? false;
    this.#gifts = this.#gifts.then(give, give);
    return this.#gifts;
  }

  async stop(): Promise<void> {
    await this.#blocks.stop();
    await this.#anvil?.stop();
  }

  get #chain(): Anvil {
    if (this.#anvil === undefined) throw new ChainError('SANDBOX', 'The sandbox chain is not running.');
    return this.#anvil;
  }

  async #startChain(): Promise<void> {
    this.#anvil = new Anvil(this.#options);
    await this.#anvil.start();
  }

  #known(): NetworkFile | null {
    if (!existsSync(this.#networkFile) || readOperator(this.#options.folder) === undefined) return null;
    try {
      return parseNetworkFile(readFileSync(this.#networkFile, 'utf8'), this.#networkFile);
    } catch {
      return null;
    }
  }

  #save(network: NetworkFile): void {
    this.#network = network;
    writeFileAtomic(this.#networkFile, JSON.stringify(network, null, 2), 0o600);
  }

  async #holds(known: NetworkFile): Promise<boolean> {
    const { number, hash } = known.anchor;
    if ((await this.#block(toQuantity(number))).hash !== hash) return false;
    const code = await sandboxRequest<string>(this.#chain.rpc, 'eth_getCode', [known.contracts.market, 'latest']);
    return code !== '0x';
  }

  async #block(tag: string): Promise<NetworkFile['anchor']> {
    const block = await sandboxRequest<{ number: string; hash: string } | null>(
      this.#chain.rpc,
      'eth_getBlockByNumber',
      [tag, false],
    );
    return { number: Number(block?.number ?? 0), hash: block?.hash ?? '' };
  }

  /** Everything that belongs to the old chain, its index and its peers included. */
  #moveAway(): void {
    const { folder } = this.#options;
    this.movedAway = `${folder}.old-${new Date().toISOString().replace(/[:.]/g, '-')}`;
    renameSync(folder, this.movedAway);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }
}
