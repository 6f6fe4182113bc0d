import { readFile } from 'node:fs/promises';
import type { DeviceId } from '../../src-shared/domain/machine.ts';
import { Batches } from '../batches/index.ts';
import type { NodeConfig } from '../config.ts';
import { ChainClient } from '../chain/client.ts';
import { Indexer } from '../chain/indexer.ts';
import type { NetworkFile } from '../chain/network-file.ts';
import { Outbox } from '../chain/outbox.ts';
import type { BlobStore } from '../content/index.ts';
import { Costs } from '../earnings/costs.ts';
import { Ledger } from '../earnings/ledger.ts';
import type { Containers } from '../compute/containers/containers.ts';
import { ComputeError } from '../compute/job.ts';
import type { Pool } from '../compute/pool.ts';
import { Duty } from '../duty/duty.ts';
import { Disputes, type DisputeContext } from '../disputes/index.ts';
import { Catalogue, type LocalModel } from '../models/catalogue.ts';
import type { ModelLibrary } from '../models/library.ts';
import { SpeedBook } from '../machine/speed-book.ts';
import { Measured } from '../models/measured.ts';
import { Servers } from '../models/servers.ts';
import type { Machine } from '../machine/machine.ts';
import { Network } from '../network/index.ts';
import type { Store } from '../store/open.ts';
import { Stakes } from '../stake/stakes.ts';
import { Support } from '../stake/support.ts';
import { Settings } from '../store/settings.ts';
import { Steps } from '../store/steps.ts';
import { Tasks } from '../tasks/index.ts';
import { Readiness } from '../tasks/readiness.ts';
import type { Wallet } from '../wallet/wallet.ts';
import { BalanceWatch } from './balances.ts';
import { hearContainers, lacks, lookFor, SERVER_CODES } from './can-run.ts';
import { containersPart } from './containers-part.ts';
import { heldUpReason } from './held-up.ts';
import { Meeting } from './meeting.ts';
import type { ProfilePaths } from './paths.ts';
import { testPlace } from './self-tests.ts';
import { withServer } from './where-it-runs.ts';

/** Seconds that the sandbox's rival waits before it takes a task, so that the newcomer is first. */
const RIVAL_PATIENCE_S = 6;

export interface NetworkPartsInput {
  readonly config: NodeConfig;
  readonly file: NetworkFile;
  readonly db: Store;
  readonly paths: ProfilePaths;
  readonly wallet: Wallet;
  readonly library: ModelLibrary;
  readonly local: () => readonly LocalModel[];
  readonly pool: Pool;
  readonly blobStore: BlobStore;
  readonly heldStore: BlobStore;
  readonly machine: Machine;
  readonly changed: {
    readonly balances: () => void;
    /** Locks, services, ways out. */
    readonly stake: () => void;
    readonly peers: () => void;
    readonly containers: () => void;
  };
  /** Something that must not go on: a full or damaged disk. */
  readonly fail: (error: unknown) => void;
}

export interface NetworkParts {
  readonly file: NetworkFile;
  readonly settings: Settings;
  readonly chain: ChainClient;
  readonly outbox: Outbox;
  readonly indexer: Indexer;
  readonly catalogue: Catalogue;
  /** Servers of the person's own, for models that are not run here. */
  readonly servers: Servers;
  /** Cog containers of the person's own. */
  readonly containers: Containers;
  /** Which models can run here now. */
  readonly readiness: Readiness;
  readonly balances: BalanceWatch;
  readonly network: Network;
  readonly meeting: Meeting;
  /** What is known of the speed of peers. */
  readonly speedBook: SpeedBook;
  readonly tasks: Tasks;
  readonly batches: Batches;
  readonly disputes: Disputes;
  readonly duty: Duty;
  readonly stakes: Stakes;
  readonly support: Support;
  readonly costs: Costs;
  readonly ledger: Ledger;
}

/** Everything that belongs to one network, built but not started: chain, index, outbox, peers, tasks, ledger. */
export function networkParts(input: NetworkPartsInput): NetworkParts {
  const { config, file, db, wallet, library, local, pool, blobStore, machine, changed, fail } = input;
  const heldUp = () => heldUpReason(machine);
  const { log, spawner } = config;
  const settings = new Settings(db);
  const chain = new ChainClient(file, log);
  const account = () => wallet.view().address;
  const canSign = () => wallet.view().state === 'unlocked';
  const outbox = new Outbox({
    db,
    chain,
    log,
    fail,
    indexed: () => indexer.height,
    signer: {
      address: () => (canSign() ? account() : null),
      sign: (tx) =>
        wallet.sign({
          chainId: String(tx.chainId),
          nonce: String(tx.nonce),
          to: tx.to as never,
          value: '0',
          data: tx.data as `0x${string}`,
          gasLimit: tx.gasLimit.toString(),
          maxFeePerGas: tx.maxFeePerGas.toString(),
          maxPriorityFeePerGas: tx.maxPriorityFeePerGas.toString(),
        }),
    },
  });
  const indexer = new Indexer(db, chain, log, fail);
  indexer.onChange(({ rolledBackTo }) => {
    if (rolledBackTo !== null) outbox.rollback(rolledBackTo);
    // A receipt is believed only once the index has read its block.
    else outbox.kick();
  });
  // Personas share this machine with the node that looks after them: it tests for them.
  const place = () => (config.persona === undefined ? testPlace(machine.facts, pool.status()) : null);
  const catalogue = new Catalogue(db, local, indexer.rows, file.kind === 'sandbox', place);
  const servers = new Servers(settings, (model, trouble) => {
    if (trouble === null) readiness.there(model, SERVER_CODES);
    else readiness.gone(model, trouble);
  });
  const containers = containersPart(config, settings, machine, () => {
    hearContainers(readiness, outside, local());
    changed.containers();
  });
  const outside = { servers, containers, pool };
  const readiness = new Readiness({
    lacks: (model) => catalogue.untested(model) ?? lacks(outside, model),
    look: (model) => lookFor(outside, model),
    changed: () => {
      tasks.wake();
      batches.wake();
      duty.wake();
    },
  });
  const ready = (model: LocalModel) => readiness.of(model);
  const balances = new BalanceWatch(chain, account, changed.balances);
  const network = new Network({
    spawner,
    log,
    config: {
      networkId: file.name,
      seed: () => wallet.peerSeed(),
      // A sandbox never leaves this machine.
      listen: file.kind === 'sandbox' ? ['/ip4/127.0.0.1/tcp/0'] : ['/ip4/0.0.0.0/tcp/0'],
      bootstrap: file.bootstrap,
      mdns: file.kind === 'live',
      blobDirectory: input.paths.blobs,
    },
  });
  const speedBook = new SpeedBook(db);
  const meeting = new Meeting({
    network,
    store: blobStore,
    held: input.heldStore,
    wallet,
    networkId: file.name,
    changed: changed.peers,
    distrusts: (peer) => speedBook.distrusts(peer),
  });
  const context = {
    db,
    chain,
    index: indexer.rows,
    outbox,
    catalogue,
    blobs: meeting,
    steps: new Steps(db),
    log,
    account,
    canSign,
    taskSalt: (task: Parameters<Wallet['taskSalt']>[0]) => wallet.taskSalt(task),
    freeStake: balances.freeStake,
    newcomer: balances.newcomer,
    fail,
  };
  const measured = new Measured(settings);
  const costs = new Costs(chain, settings, measured);
  const computeFor =
    (source: 'tasks' | 'checks'): DisputeContext['compute'] =>
    async ({ digest, ...job }) => {
      const modelPath = await library.pathOf(digest);
      // Checks are promised under seal: somebody's deposit hangs on them.
      const priority = source === 'tasks' ? 'paid' : 'duty';
      const result = await readiness.watch(digest, job.key, () =>
        withServer(outside, { digest, ...job }, (server) =>
          pool.run({ ...job, modelPath, source, priority, ...server, ...onDevice(catalogue.onlyOn(digest)) }),
        ),
      );
      if (!catalogue.trusts(digest, result.device))
        throw new ComputeError('UNTESTED', 'The model is not tested yet on the device that computed it.');
      measured.note(digest, result.elapsedMs);
      machine.computed(result.device, result.elapsedMs);
      return result;
    };
  const patience = config.persona === 'solver' ? RIVAL_PATIENCE_S : 0;
  const tasks = new Tasks(context, indexer, {
    compute: computeFor('tasks'),
    lanes: () => pool.lanes,
    heldUp,
    ready,
    profit: (task, model) => costs.of(task, model, balances.newcomer()),
    seatProfit: (job, model) => costs.ofSeat(job, model),
    contest: (seat, why) => disputes.contest(seat, why),
    checks: (task) => duty.checks(task),
    urgent: () => duty.urgent,
    promised: () => batches.solver.reserved(),
    patience,
    terms: () => balances.terms,
    prepaid: () => balances.prepaid,
  });
  const batches = new Batches(context, indexer, {
    compute: computeFor('tasks'),
    heldUp,
    ready,
    profit: (batch, items, model) => costs.ofItem(batch, items, model, balances.newcomer()),
    urgent: () => duty.urgent,
    promised: () => tasks.promised(),
    patience,
    terms: () => balances.bulk,
    prepaid: () => balances.prepaid,
  });
  const sandbox = file.kind === 'sandbox';
  // Its chain makes a block when it is sent something, and a draw waits for one that nobody needs to send.
  const nudge = (): void => void (sandbox && chain.request('evm_mine', []).catch(() => undefined));
  const disputes = new Disputes(
    {
      ...context,
      settings,
      compute: computeFor('checks'),
      probe: async ({ digest, ...job }) =>
        (await pool.probe({ ...job, modelPath: await library.pathOf(digest), source: 'checks', tensors: 'all' }))
          .tensors,
      modelFile: async (digest) => readFile(await library.pathOf(digest)),
      prepaid: () => (balances.prepaid === null ? null : BigInt(balances.prepaid)),
      sandbox,
      nudge,
    },
    indexer,
  );
  const duty = new Duty(context, indexer, {
    settings,
    heldUp,
    ready,
    compute: computeFor('checks'),
    contest: (task, why) => disputes.contest(task, why),
    solving: (task) => tasks.solver.worksOn(task),
    measured: (model) => measured.seconds(model),
    missing: () =>
      indexer.rows
        .models()
        .filter(({ active, rate, digest }) => active && rate > 0 && !catalogue.digests().includes(digest))
        .map(({ id }) => id.slice(0, 10)),
    changed: changed.stake,
  });
  const stakes = new Stakes({
    db,
    chain,
    outbox,
    account,
    canSign,
    signPermit: (permit) => wallet.signPermit(permit),
    balances: () => balances.balances,
    duty,
    jury: { serviceView: () => disputes.juror.serviceView(), want: (on) => disputes.juror.setWanted(on) },
    changed: changed.stake,
  });
  const support = new Support({
    chain,
    outbox,
    account,
    canSign,
    stake: () => (balances.balances === null ? null : BigInt(balances.balances.stake)),
    models: () =>
      local().flatMap((model) => {
        const registered = indexer.rows.modelByDigest(model.digest);
        if (registered === undefined) return [];
        return [{ model: registered.id, wanted: registered.rate > 0 && catalogue.preference(model).optedIn }];
      }),
  });
  const ledger = new Ledger(db, indexer.rows, outbox, catalogue, account);
  return {
    file,
    settings,
    chain,
    outbox,
    indexer,
    catalogue,
    servers,
    containers,
    readiness,
    balances,
    network,
    meeting,
    speedBook,
    tasks,
    batches,
    disputes,
    duty,
    stakes,
    support,
    costs,
    ledger,
  };
}

function onDevice(device: DeviceId | undefined): { readonly device?: DeviceId } {
  return device === undefined ? {} : { device };
}
