import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RECENT_TASKS } from '../../src-shared/bridge/state.ts';
import { toErrorView } from '../../src-shared/domain/errors.ts';
import { readNetworkFile, type NetworkFile } from '../chain/network-file.ts';
import { SANDBOX_CLAIM_WINDOW_S } from '../chain/sandbox/settings.ts';
import { Sandbox } from '../chain/sandbox/sandbox.ts';
import { Pool } from '../compute/pool.ts';
import type { NodeConfig } from '../config.ts';
import { BlobStore } from '../content/index.ts';
import type { Machine } from '../machine/machine.ts';
import type { LibraryModel } from '../models/library.ts';
import { ModelLibrary } from '../models/library.ts';
import type { Part } from '../part.ts';
import { storeError } from '../store/errors.ts';
import { openStore, type Store } from '../store/open.ts';
import { Wallet } from '../wallet/wallet.ts';
import { Business } from './business.ts';
import { noticeChain, noticeSaving } from './chain-notices.ts';
import { Hub } from './hub.ts';
import { machinePart } from './machine-part.ts';
import { networkParts, type NetworkParts } from './network-parts.ts';
import { poolFolders, profilePaths, type ProfilePaths } from './paths.ts';
import { recentTasks } from './recent-tasks.ts';
import { sandboxModels } from './sandbox-models.ts';
import { speedPart } from './speed-part.ts';
import type { SpeedWatch } from '../machine/speed-watch.ts';
import { selfTestsOf, type SelfTests } from './self-tests.ts';
import { Stages } from './stages.ts';
import { Tidy } from './tidy.ts';
import { Uploads } from './uploads.ts';
import { views } from './views.ts';

const RETRY_MS = 5_000;

/** The running node: its parts, the order in which they start and stop, and what all of them share. */
export class Runtime implements Part {
  readonly config: NodeConfig;
  readonly stages: Stages;
  readonly hub: Hub;
  readonly wallet: Wallet;
  readonly library: ModelLibrary;
  readonly pool: Pool;
  readonly machine: Machine;
  readonly uploads = new Uploads();
  readonly stopRequested: Promise<void>;
  readonly sandboxClaimWindow = SANDBOX_CLAIM_WINDOW_S;
  readonly paths: ProfilePaths;
  requestStop: () => void = () => undefined;
  models: readonly LibraryModel[] = [];
  parts: NetworkParts | undefined;
  speed: SpeedWatch | undefined;

  readonly #file: NetworkFile | null;
  #sandbox: Sandbox | undefined;
  #business: Business | undefined;
  #db: Store | undefined;
  readonly #tidy = new Tidy(this.uploads, (error) => this.#fail(error));
  #stopping = false;
  #opened = false;
  /** The chain was read up to its head once: what is posted from here on is seen when it happens. */
  #followed = false;
  /** Once work has begun. */
  #selfTests: SelfTests | undefined;

  /** @throws ChainError `NETWORK_FILE` */
  constructor(config: NodeConfig) {
    this.config = config;
    const { log, spawner, profile, resources, network, passphraseFile } = config;
    this.#file = network === 'sandbox' ? null : readNetworkFile(network.file);
    this.paths = profilePaths(profile, this.#file?.name ?? null);
    this.stages = new Stages(log, () => this.hub.dirty('node', 'activity'));
    this.wallet = new Wallet({
      spawner,
      log,
      folder: this.paths.wallet,
      ...(passphraseFile === undefined ? {} : { passphraseFile }),
    });
    this.library = new ModelLibrary({ builtIn: join(resources, 'models'), folder: this.paths.models, log });
    this.pool = new Pool({ spawner, log, ...poolFolders(profile) });
    this.machine = machinePart({
      config,
      pool: this.pool,
      stages: this.stages,
      parts: () => this.parts,
      changed: (taking) => this.#machineChanged(taking),
    });
    this.hub = new Hub(views(this), (error) => this.#fail(error));
    this.stopRequested = new Promise((resolve) => (this.requestStop = resolve));
    this.wallet.onChange(() => this.#walletChanged());
  }

  /** undefined until the store is open. */
  get database(): Store | undefined {
    return this.#db;
  }

  get network(): NetworkFile | null {
    return this.parts?.file ?? this.#file;
  }

  /** Starts what needs no person; the rest follows when the wallet opens. Rejects when a stage failed. */
  async start(): Promise<void> {
    const { stages } = this;
    try {
      await this.reloadModels();
      const sensing = this.machine.start();
      sensing.catch(() => undefined);
      const walletUp = this.wallet.start().then(() => this.#createByPassphraseFile());
      // Awaited further down; a stop in between must not leave its rejection to nobody.
      walletUp.catch(() => undefined);
      const file = await this.#startChain();
      await stages.run(
        'store',
        'Opening the database.',
        async () => this.#build(file),
        () => 'Open and up to date.',
      );
      await stages.run(
        'compute',
        'Preparing the processor.',
        () => this.pool.start(),
        () => 'Ready; a lane starts with the first task.',
      );
      await this.#followChain();
      await walletUp;
      // Nothing is taken before the machine was looked at once.
      await sensing;
      this.#walletChanged();
    } catch (error) {
      const view = toErrorView(error);
      this.config.log(`start failed: ${view.message}`);
      if (stages.failed() === null) stages.set('store', 'failed', view.message);
      throw error;
    }
  }

  /** In reverse order; each part's own stop is bounded. */
  async stop(): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    this.#tidy.stop();
    const { machine, pool, wallet, config } = this;
    const { tasks, batches, duty, support, disputes, outbox, indexer, network, chain, containers } = this.parts ?? {};
    const order = [
      [this.#business],
      [tasks, batches, duty, support, disputes],
      [outbox, indexer],
      [machine, pool, network, chain, containers],
      [wallet],
      [this.#sandbox],
    ];
    const failed: unknown[] = [];
    for (const group of order) {
      const ends = await Promise.allSettled(group.map((part) => part?.stop()));
      // One that cannot stop must not keep the others from it: the wallet is shut and the store closed in any case.
      for (const end of ends) if (end.status === 'rejected') failed.push(end.reason);
    }
    this.hub.stop();
    this.#db?.close();
    for (const error of failed) config.log(`a part did not stop: ${toErrorView(error).message}`);
    if (failed.length > 0) throw failed[0];
  }

  #machineChanged(taking: boolean): void {
    this.hub.dirty('activity', 'machine');
    void this.#selfTests?.look();
    if (!taking) return;
    this.parts?.tasks.wake();
    this.parts?.batches.wake();
    this.parts?.duty.wake();
  }

  async reloadModels(): Promise<void> {
    this.models = await this.library.list();
    this.modelsChanged();
  }

  modelsChanged(): null {
    this.hub.dirty('models', 'activity');
    this.parts?.tasks.wake();
    this.parts?.batches.wake();
    this.parts?.support.wake();
    return null;
  }

  async #startChain(): Promise<NetworkFile> {
    const { stages } = this;
    const { spawner, log, resources } = this.config;
    if (this.#file !== null) {
      stages.set('chain', 'starting', 'Connecting to the chain.');
      stages.set('contracts', 'waiting', 'Waiting for the chain.');
      return this.#file;
    }
    const models = sandboxModels(this.models);
    const sandbox = new Sandbox({
      folder: this.paths.data,
      resources,
      spawner,
      log,
      models,
      saving: (trouble) => noticeSaving(trouble, stages),
    });
    this.#sandbox = sandbox;
    await stages.run(
      'chain',
      'Starting the sandbox chain.',
      () => sandbox.start(),
      () => 'The sandbox chain runs on this machine.',
    );
    await stages.run(
      'contracts',
      'Setting up the contracts.',
      () => sandbox.deploy(),
      () => 'In place.',
    );
    if (sandbox.movedAway !== null) {
      stages.notice({
        id: 'sandbox-moved',
        level: 'need',
        text: `The earlier sandbox could not be continued; a new one was begun. The old one was kept in ${sandbox.movedAway}.`,
      });
    }
    return sandbox.network;
  }

  async #build(file: NetworkFile): Promise<void> {
    const db = openStore(this.paths.store);
    this.#db = db;
    const store = new BlobStore(this.paths.blobs);
    const held = new BlobStore(this.paths.held);
    this.parts = networkParts({
      config: this.config,
      file,
      db,
      paths: this.paths,
      wallet: this.wallet,
      library: this.library,
      local: () => this.models,
      pool: this.pool,
      blobStore: store,
      heldStore: held,
      machine: this.machine,
      changed: {
        balances: () => this.hub.dirty('wallet', 'stake'),
        stake: () => {
          this.hub.dirty('stake');
          // A check that is due may go on where other work waits.
          this.machine.decideNow();
        },
        peers: () => this.hub.dirty('network'),
        containers: () => this.hub.dirty('containers'),
      },
      fail: (error) => this.#fail(error),
    });
    const { chain, indexer, tasks, batches, disputes, settings } = this.parts;
    chain.onView(() => this.#chainChanged());
    indexer.onChange(() => this.hub.dirty('models', 'activity', 'earnings', 'stake'));
    tasks.onChange((task) => this.hub.task(task));
    batches.onChange((task) => this.hub.task(task));
    disputes.onChange(() => this.hub.dirty('disputes', 'stake'));
    await this.#tidy.start(db, store, held);
    // Nobody waits for Docker; the sandbox's peers use none.
    if (this.config.persona === undefined) void this.parts.containers.start();
    this.machine.open(settings);
    const { machine, pool, library, parts } = this;
    this.speed = speedPart({
      machine,
      pool,
      library,
      models: () => this.models,
      parts,
      settings,
      changed: () => this.hub.dirty('network'),
      log: this.config.log,
    });
    // Front ends that came before the store was open have an empty list: oldest first, as if each were new.
    for (const task of recentTasks(this.parts, RECENT_TASKS).reverse()) this.hub.task(task);
    this.hub.dirty('models', 'earnings', 'wallet', 'network', 'activity', 'disputes', 'stake', 'prices');
  }

  /** A chain that is away at the start is waited for: everything else already works. */
  async #followChain(): Promise<void> {
    const { chain, indexer, balances } = this.#built;
    for (;;) {
      try {
        await chain.start();
        await indexer.start();
        balances.refresh();
        this.#built.stakes.refresh();
        if (this.#file !== null) {
          this.stages.set('chain', 'ready', `Connected to ${chain.view().endpoint}.`);
          this.stages.set('contracts', 'ready', 'In place.');
        }
        this.#followed = true;
        return;
      } catch (error) {
        const { code, message } = toErrorView(error);
        if ((code !== 'CHAIN_GONE' && code !== 'CHAIN_BUSY') || this.#stopping) {
          this.stages.set('chain', 'failed', message);
          throw error;
        }
        this.stages.set('chain', 'starting', `${message} Trying again every ${RETRY_MS / 1_000} seconds.`);
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  get #built(): NetworkParts {
    if (this.parts === undefined) throw new Error('the network parts are built first');
    return this.parts;
  }

  /** On a machine without a screen the wallet is made at the first start; an existing one was opened by now. */
  async #createByPassphraseFile(): Promise<void> {
    const { passphraseFile } = this.config;
    if (passphraseFile === undefined || this.wallet.view().state !== 'none') return;
    await this.wallet.create((await readFile(passphraseFile, 'utf8')).replace(/\r?\n$/, ''));
  }

  #walletChanged(): void {
    const { state, error } = this.wallet.view();
    this.hub.dirty('wallet', 'activity', 'disputes');
    this.parts?.disputes.wake();
    if (state === 'none') this.stages.set('wallet', 'needs-you', 'There is no wallet yet: create one or restore one.');
    else if (state === 'damaged')
      this.stages.set('wallet', 'needs-you', error?.message ?? 'The wallet file cannot be used.');
    else if (state === 'locked') this.stages.set('wallet', 'needs-you', error?.message ?? 'The wallet is locked.');
    else {
      this.stages.set('wallet', 'ready', 'Open.');
      if (this.#opened || !this.#followed || this.#stopping) return;
      this.#opened = true;
      void this.#openForBusiness();
    }
  }

  /** First time that the wallet is open and the chain is there; tried again until it worked. */
  async #openForBusiness(): Promise<void> {
    if (this.speed === undefined) return;
    this.#business ??= new Business({
      speed: this.speed,
      config: this.config,
      stages: this.stages,
      wallet: this.wallet,
      parts: this.#built,
      sandbox: this.#sandbox,
      peersFolder: this.paths.peers,
    });
    try {
      await this.#business.start();
      // Personas share this machine with the node that looks after them.
      if (this.config.persona === undefined) this.#selfTests = selfTestsOf(this, this.#built);
      void this.#selfTests?.look();
    } catch (error) {
      this.#opened = false;
      this.#fail(error);
      setTimeout(() => this.#walletChanged(), RETRY_MS).unref();
    }
  }

  #chainChanged(): void {
    this.hub.dirty('network', 'activity');
    noticeChain(this.#built.chain.view(), this.stages);
  }

  /** An error of a call, in words for people; a full or damaged disk also stops the work. */
  refused(error: unknown): unknown {
    const known = storeError(error, this.paths.store);
    const code = (known as { code?: unknown } | null)?.code;
    if (known !== error || code === 'DISK_FULL') this.#fail(known);
    return known;
  }

  /** What must not go on. The node stays reachable, says why, and does no more work. */
  #fail(error: unknown): void {
    const view = toErrorView(storeError(error, this.paths.store));
    this.config.log(`trouble: ${view.message}`);
    if (view.code === 'CHILD_GONE' || this.#stopping) return;
    if (view.code === 'DISK_FULL' || view.code.startsWith('STORE_')) {
      const { tasks, batches, duty, support, disputes, outbox, indexer } = this.parts ?? {};
      void Promise.all([tasks, batches, duty, support, disputes, outbox, indexer].map((part) => part?.stop()));
      this.stages.set('store', 'failed', view.remedy === undefined ? view.message : `${view.message} ${view.remedy}`);
    } else {
      this.stages.notice({
        id: `trouble-${view.code}`,
        level: 'trouble',
        text: view.message,
        ...(view.remedy === undefined ? {} : { remedy: view.remedy }),
      });
    }
  }
}
