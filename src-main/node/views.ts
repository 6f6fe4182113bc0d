import { RECENT_TASKS } from '../../src-shared/bridge/state.ts';
import { ZERO } from '../../src-shared/domain/amounts.ts';
import { shortId } from '../../src-shared/domain/format.ts';
import { NO_CONTAINERS } from '../../src-shared/domain/containers.ts';
import type { EarningsView } from '../../src-shared/domain/earnings.ts';
import type { Activity, NetworkView, NodeView, WalletView } from '../../src-shared/domain/node.ts';
import { activity } from '../policy/activity.ts';
import { SANDBOX_CHAIN_ID } from '../chain/sandbox/anvil.ts';
import type { NetworkFile } from '../chain/network-file.ts';
import type { NodeConfig } from '../config.ts';
import type { Machine } from '../machine/machine.ts';
import type { SpeedWatch } from '../machine/speed-watch.ts';
import type { Wallet } from '../wallet/wallet.ts';
import type { Views } from './hub.ts';
import type { NetworkParts } from './network-parts.ts';
import { recentTasks } from './recent-tasks.ts';
import type { Stages } from './stages.ts';
import { VERSION } from './version.ts';

const NO_EARNINGS: EarningsView = {
  today: ZERO,
  week: ZERO,
  total: ZERO,
  pending: ZERO,
  tasksPaid: 0,
  gas: '0',
  days: [],
  entries: [],
};

/** What of the runtime is shown. */
export interface Shown {
  readonly config: NodeConfig;
  readonly network: NetworkFile | null;
  readonly stages: Stages;
  readonly wallet: Wallet;
  readonly machine: Machine;
  readonly parts: NetworkParts | undefined;
  readonly speed: SpeedWatch | undefined;
}

/** How the runtime looks to a front end; each view is computed from the parts as they stand. */
export function views(runtime: Shown): Views {
  return {
    node: () => nodeView(runtime),
    activity: () => activityView(runtime),
    machine: () => runtime.machine.view(),
    wallet: () => walletView(runtime),
    network: () => networkView(runtime),
    models: () => runtime.parts?.catalogue.views() ?? [],
    containers: () => runtime.parts?.containers.view() ?? NO_CONTAINERS,
    earnings: () => runtime.parts?.ledger.view() ?? NO_EARNINGS,
    prices: () => runtime.parts?.costs.prices ?? null,
    stake: () => runtime.parts?.stakes.view() ?? null,
    disputes: () => runtime.parts?.disputes.recent() ?? [],
    tasks: () => (runtime.parts === undefined ? [] : recentTasks(runtime.parts, RECENT_TASKS)),
  };
}

function nodeView({ config, stages, network }: Shown): NodeView {
  const sandbox = config.network === 'sandbox' || network?.kind === 'sandbox';
  return {
    version: VERSION,
    host: config.host,
    network: sandbox ? 'sandbox' : 'live',
    networkName: network?.name ?? 'sandbox',
    chainId: network?.chainId ?? SANDBOX_CHAIN_ID,
    stages: stages.list(),
    notices: stages.notices(),
  };
}

function activityView(runtime: Shown): Activity {
  const { parts, stages, wallet, machine } = runtime;
  const works = parts === undefined ? [] : [parts.tasks.works, parts.batches.solver];
  return activity({
    wallet: wallet.view().state,
    chain: parts?.chain.view().state ?? 'starting',
    started: stages.ready(),
    failed: stages.failed(),
    heldUp: machine.heldUp(),
    slowed: machine.slowed(),
    modelsAllowed: parts?.catalogue.views().filter(({ optedIn }) => optedIn).length ?? 0,
    working: [...(parts?.tasks.working() ?? []), ...(parts?.batches.solver.working() ?? [])],
    pending: works.reduce((sum, each) => sum + each.pending(), 0),
    nearest: works.map((each) => each.nearest()).find((reason) => reason !== null) ?? null,
  });
}

function walletView({ wallet, parts }: Shown): WalletView {
  return { ...wallet.view(), balances: parts?.balances.balances ?? null };
}

function networkView({ parts, wallet, speed }: Shown): NetworkView {
  if (parts === undefined) {
    const chain = { state: 'starting', block: 0, blockAt: null, endpoint: '', clockSkew: null } as const;
    return { peerId: null, addresses: [], state: 'starting', peers: [], ownClaims: [], checksSpeed: true, chain };
  }
  const { meeting, network, chain, speedBook, catalogue } = parts;
  const running = network.state === 'running';
  const claims = speed?.views();
  const down = wallet.view().state === 'unlocked' && network.state === 'waiting';
  return {
    peerId: meeting.peerId,
    addresses: meeting.addresses,
    state: running ? (meeting.peers.length === 0 ? 'alone' : 'online') : down ? 'down' : 'starting',
    peers: meeting.peers.map((peer) => ({
      ...peer,
      claims: claims?.get(peer.id) ?? [],
      distrusted: speedBook.distrusts(peer.id),
    })),
    ownClaims: meeting.told.map(({ model, provider, runsPer1000s }) => ({
      model,
      modelName: catalogue.views().find(({ digest }) => digest === model)?.name ?? shortId(model),
      provider,
      runsPerSecond: runsPer1000s / 1_000,
    })),
    checksSpeed: speed?.on ?? true,
    chain: chain.view(),
  };
}
