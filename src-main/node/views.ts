import { cpus } from 'node:os';
import { RECENT_TASKS } from '../../src-shared/bridge/state.ts';
import { ZERO } from '../../src-shared/domain/amounts.ts';
import type { EarningsView } from '../../src-shared/domain/earnings.ts';
import { DEVICE_LIMITS, NO_MACHINE, NO_READING } from '../../src-shared/domain/machine.ts';
import type { DeviceState, DeviceView, MachineView } from '../../src-shared/domain/machine.ts';
import type { Activity, NetworkView, NodeView, WalletView } from '../../src-shared/domain/node.ts';
import type { HardwareFacts } from '../hardware/protocol.ts';
import type { LaneStatus } from '../compute/job.ts';
import { activity } from '../policy/activity.ts';
import { SANDBOX_CHAIN_ID } from '../chain/sandbox/anvil.ts';
import type { NetworkFile } from '../chain/network-file.ts';
import type { Pool } from '../compute/pool.ts';
import type { NodeConfig } from '../config.ts';
import type { Hardware } from '../hardware/hardware.ts';
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
  readonly pool: Pool;
  readonly hardware: Hardware;
  readonly parts: NetworkParts | undefined;
  readonly pausedUntil: number | null | undefined;
}

/** How the runtime looks to a front end; each view is computed from the parts as they stand. */
export function views(runtime: Shown): Views {
  return {
    node: () => nodeView(runtime),
    activity: () => activityView(runtime),
    machine: () => machineView(runtime),
    wallet: () => walletView(runtime),
    network: () => networkView(runtime),
    models: () => runtime.parts?.catalogue.views() ?? [],
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
  const { parts, stages, wallet, pausedUntil } = runtime;
  const works = parts === undefined ? [] : [parts.tasks.works, parts.batches.solver];
  return activity({
    wallet: wallet.view().state,
    chain: parts?.chain.view().state ?? 'starting',
    started: stages.ready(),
    failed: stages.failed(),
    pausedUntil,
    modelsAllowed: parts?.catalogue.views().filter(({ optedIn }) => optedIn).length ?? 0,
    working: [...(parts?.tasks.working() ?? []), ...(parts?.batches.solver.working() ?? [])],
    pending: works.reduce((sum, each) => sum + each.pending(), 0),
    nearest: works.map((each) => each.nearest()).find((reason) => reason !== null) ?? null,
  });
}

function machineView({ pool, hardware, pausedUntil }: Shown): MachineView {
  const paused = pausedUntil !== undefined;
  return { ...NO_MACHINE, devices: pool.status().map((lane) => processor(lane, hardware.facts, paused)) };
}

function processor(lane: LaneStatus, facts: HardwareFacts | null, paused: boolean): DeviceView {
  const { id, done, failed, crashes, provider } = lane;
  return {
    id: id === 'cpu-0' ? 'cpu' : id,
    kind: 'cpu',
    name: facts?.processor ?? 'Processor',
    detail: `1 of ${cpus().length} cores, low priority`,
    state: deviceState(lane, paused),
    decision: { act: 'run', duty: 1, code: 'NOTHING_AGAINST', why: 'Nothing speaks against work.', lookAgainAt: null },
    confirmed: true,
    provider,
    job: null,
    done,
    failed,
    crashes,
    reading: NO_READING,
    memoryBytes: facts?.memoryBytes ?? null,
    incomePerHour: null,
    netPerHour: null,
    limits: DEVICE_LIMITS,
  };
}

function deviceState({ state }: LaneStatus, paused: boolean): DeviceState {
  if (state === 'busy') return 'working';
  if (state === 'starting') return 'starting';
  if (state === 'waiting') return 'failed';
  return paused ? 'stopped' : 'idle';
}

function walletView({ wallet, parts }: Shown): WalletView {
  return { ...wallet.view(), balances: parts?.balances.balances ?? null };
}

function networkView({ parts, wallet }: Shown): NetworkView {
  if (parts === undefined) {
    const chain = { state: 'starting', block: 0, blockAt: null, endpoint: '', clockSkew: null } as const;
    return { peerId: null, addresses: [], state: 'starting', peers: [], chain };
  }
  const { meeting, network, chain } = parts;
  const running = network.state === 'running';
  const down = wallet.view().state === 'unlocked' && network.state === 'waiting';
  return {
    peerId: meeting.peerId,
    addresses: meeting.addresses,
    state: running ? (meeting.peers.length === 0 ? 'alone' : 'online') : down ? 'down' : 'starting',
    peers: meeting.peers,
    chain: chain.view(),
  };
}
