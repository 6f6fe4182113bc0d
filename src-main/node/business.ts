import { parseEther } from 'ethers';
import { amount } from '../../src-shared/domain/amounts.ts';
import type { Sandbox } from '../chain/sandbox/sandbox.ts';
import type { NodeConfig } from '../config.ts';
import type { Part } from '../part.ts';
import type { SpeedWatch } from '../machine/speed-watch.ts';
import type { Wallet } from '../wallet/wallet.ts';
import { AskerPersona } from './asker-persona.ts';
import type { NetworkParts } from './network-parts.ts';
import { SandboxPeers } from './sandbox-peers.ts';
import type { Stages } from './stages.ts';

export interface BusinessNeeds {
  readonly config: NodeConfig;
  readonly stages: Stages;
  readonly wallet: Wallet;
  readonly parts: NetworkParts;
  readonly speed: SpeedWatch;
  readonly sandbox: Sandbox | undefined;
  /** Folder of the sandbox's three peers. */
  readonly peersFolder: string;
}

/** What this machine may spend in 24 hours without asking; play money needs no such care. */
const DAY_LIMIT = { sandbox: parseEther('5000'), live: parseEther('10') };
/** Gas units of the largest call the node makes, with room; and wei per gas beyond which it waits. */
const GAS_LIMITS = { maxGas: '2000000', maxFeePerGas: '500000000000' };
const ASKER_BUDGET = parseEther('20000');

/** Everything that needs an open wallet: signing, peers, tasks; in the sandbox also play money and the neighbours. */
export class Business implements Part {
  readonly #needs: BusinessNeeds;
  #persona: AskerPersona | undefined;
  #peers: SandboxPeers | undefined;
  #stopping = false;

  constructor(needs: BusinessNeeds) {
    this.#needs = needs;
  }

  /** May be called again after it failed. */
  async start(): Promise<void> {
    const { config, stages, wallet, parts, sandbox } = this.#needs;
    const { file, outbox, tasks, batches, duty, disputes, stakes, support, balances, catalogue } = parts;
    const address = wallet.view().address;
    if (address === null) throw new Error('an open wallet has an address');
    const limits = { dayLimit: amount(DAY_LIMIT[file.kind]), ...GAS_LIMITS };
    await wallet.configure({
      chainId: file.chainId,
      contracts: file.contracts,
      ...limits,
      spent: outbox.recentSpends(),
    });
    await sandbox?.gift(address);
    if (this.#stopping) return;
    balances.refresh();
    stakes.refresh();
    await outbox.start();
    const online = sandbox !== undefined && config.peers ? 'Online; three local peers take part.' : 'Online.';
    await stages.run(
      'peers',
      'Looking for peers.',
      async () => {
        await parts.network.start();
        await parts.meeting.introduce(address);
      },
      () => online,
    );
    // A stop in between: what it has stopped is not started again.
    if (this.#stopping) return;
    // Personas share this machine with the node that looks after them: their speed would be its own.
    if (config.persona === undefined) await this.#needs.speed.start();
    for (const part of [tasks, batches, disputes, duty, support]) {
      if (this.#stopping) return;
      await part.start();
    }
    if (config.persona === 'asker') {
      this.#persona ??= new AskerPersona(tasks, catalogue, config.log);
      await this.#persona.start();
    }
    await this.#startPeers();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#needs.speed.stop();
    await this.#persona?.stop();
    await this.#peers?.stop();
  }

  async #startPeers(): Promise<void> {
    const { config, parts, sandbox, peersFolder } = this.#needs;
    if (sandbox === undefined || this.#stopping) return;
    const network = sandbox.meetAt(parts.meeting.addresses);
    if (!config.peers) return;
    this.#peers ??= new SandboxPeers({
      folder: peersFolder,
      spawner: config.spawner,
      log: config.log,
      network,
      fund: (account, persona) => sandbox.gift(account, persona === 'asker' ? ASKER_BUDGET : undefined),
    });
    await this.#peers.start();
  }
}
