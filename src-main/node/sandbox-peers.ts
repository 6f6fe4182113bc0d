import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BridgeClient } from '../../src-shared/bridge/client.ts';
import type { Snapshot } from '../../src-shared/bridge/state.ts';
import type { Address } from '../../src-shared/domain/ids.ts';
import { PERSONAS, type Persona } from '../config.ts';
import { connectControl } from '../control/connect-control.ts';
import type { Log } from '../log.ts';
import type { Part } from '../part.ts';
import type { Child, Spawner } from '../process/spawner.ts';

export interface SandboxPeersOptions {
  readonly folder: string;
  readonly spawner: Spawner;
  readonly log: Log;
  /** File of the sandbox's network, with this node as the first peer to meet. */
  readonly network: string;
  /** Play money for a peer's account. */
  readonly fund: (account: Address, persona: Persona) => Promise<unknown>;
}

const CONNECT_TRIES = 240;
const CONNECT_PAUSE_MS = 250;
const STOP_MS = 8_000;
const RESTART_MS = 5_000;

interface Running {
  readonly persona: Persona;
  readonly child: Child;
  client: BridgeClient | null;
  exited: boolean;
}

/** Three neighbours on this machine: ordinary nodes in own processes with own profiles, wallets and peers. */
export class SandboxPeers implements Part {
  readonly #options: SandboxPeersOptions;
  readonly #running: Running[] = [];
  #stopping = false;

  constructor(options: SandboxPeersOptions) {
    this.#options = options;
  }

  /** Resolves when the three have accounts and money; a peer that fails is said in the log, the others go on. */
  async start(): Promise<void> {
    // One after the other: six processes at once would make a small machine stutter.
    for (const persona of PERSONAS) {
      await this.#again(persona);
    }
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all(this.#running.map((peer) => this.#end(peer)));
  }

  async #again(persona: Persona): Promise<void> {
    if (this.#stopping) return;
    try {
      await this.#launch(persona);
    } catch (error) {
      this.#options.log(`sandbox peer “${persona}”: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  async #launch(persona: Persona): Promise<void> {
    const { folder, network, spawner, log, fund } = this.#options;
    const profile = join(folder, persona);
    mkdirSync(profile, { recursive: true, mode: 0o700 });
    const passphrase = join(profile, 'passphrase');
    if (!existsSync(passphrase)) writeFileSync(passphrase, randomBytes(24).toString('hex'), { mode: 0o600 });
    const args = [
      'start',
      '--profile',
      profile,
      '--network',
      network,
      '--no-rig',
      '--persona',
      persona,
      '--passphrase-file',
      passphrase,
      '--json',
    ];
    const child = spawner.spawn('headless', { args });
    const peer: Running = { persona, child, client: null, exited: false };
    this.#running.push(peer);
    child.onStderr((text) => log(`sandbox peer “${persona}”: ${text.trimEnd()}`));
    child.onExit((code) => {
      peer.exited = true;
      this.#running.splice(this.#running.indexOf(peer), 1);
      if (this.#stopping) return;
      log(`sandbox peer “${persona}” ended (${code ?? 'killed'}), next start in ${RESTART_MS / 1_000} s`);
      setTimeout(() => void this.#again(persona), RESTART_MS).unref();
    });
    const client = await this.#connect(peer, profile);
    peer.client = client;
    await fund(await addressOf(client), persona);
  }

  async #connect(peer: Running, profile: string): Promise<BridgeClient> {
    for (let attempt = 0; attempt < CONNECT_TRIES && !this.#stopping && !peer.exited; attempt++) {
      try {
        return await connectControl(profile);
      } catch {
        await new Promise((resolve) => setTimeout(resolve, CONNECT_PAUSE_MS));
      }
    }
    throw new Error('it did not answer');
  }

  async #end(peer: Running): Promise<void> {
    if (peer.exited) return;
    const gone = new Promise<void>((resolve) => peer.child.onExit(() => resolve()));
    void peer.client?.call('node.stop', {});
    const timer = setTimeout(() => peer.child.kill(), STOP_MS);
    if (peer.client === null) peer.child.kill();
    await gone;
    clearTimeout(timer);
  }
}

/** The peer's account, as soon as its wallet is open. */
function addressOf(client: BridgeClient): Promise<Address> {
  return new Promise((resolve, reject) => {
    const look = (wallet: Snapshot['wallet']): void => {
      if (wallet.address !== null) resolve(wallet.address);
    };
    client.onClose(() => reject(new Error('it ended before it had a wallet')));
    client.open(
      (snapshot) => look(snapshot.wallet),
      (event) => event.slice === 'wallet' && look(event.value),
    );
  });
}
