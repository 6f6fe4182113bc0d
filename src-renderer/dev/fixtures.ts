import { parseMoot } from '../../src-shared/domain/amounts.ts';
import type { EarningsView, LedgerEntry } from '../../src-shared/domain/earnings.ts';
import type { Address, Amount, Cid, Digest, ModelId, PeerId, TaskId, TxHash } from '../../src-shared/domain/ids.ts';
import type { ModelView } from '../../src-shared/domain/models.ts';
import type { ClaimView } from '../../src-shared/domain/speed.ts';
import type { NetworkView, NodeView, Stage, StageState, WalletView } from '../../src-shared/domain/node.ts';

/** Plausible pieces of a node's state; every id is derived from a short name, so that screens stay the same. */

export const NOW = Date.now();
export const MINUTE = 60_000;

export function hex(name: string, bytes = 32): string {
  let seed = [...name].reduce((sum, sign) => (Math.imul(sum, 31) + sign.charCodeAt(0)) | 0, 7);
  let out = '';
  for (let at = 0; at < bytes; at++) {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) | 0;
    out += ((seed >>> 16) & 255).toString(16).padStart(2, '0');
  }
  return `0x${out}`;
}

export const moot = (text: string): Amount => parseMoot(text);
export const taskId = (name: string): TaskId => hex(`task ${name}`) as TaskId;
/** Base58 has no zero. */
const peerId = (name: string): PeerId => `12D3KooW${hex(name, 22).slice(2).replaceAll('0', 'z')}` as PeerId;
export const txHash = (name: string): TxHash => hex(`tx ${name}`) as TxHash;
export const digest = (name: string): Digest => hex(`digest ${name}`) as Digest;
export const address = (name: string): Address => hex(`address ${name}`, 20) as Address;

export const ME = address('me');

function model(over: Partial<ModelView> & Pick<ModelView, 'name' | 'input' | 'description'>): ModelView {
  return {
    digest: digest(over.name),
    id: hex(`model ${over.name}`) as ModelId,
    author: 'Folkmoot',
    class: 'rounded',
    runtime: 'onnx',
    memoryBytes: 128 * 1_048_576,
    determinism: null,
    labels: null,
    bytes: 26_454,
    cid: `bafkrei${hex(over.name, 24).slice(2)}` as Cid,
    builtIn: true,
    modelFee: moot('0.01'),
    suggestedFee: moot('0.05'),
    optedIn: true,
    minFee: moot('0.02'),
    problem: null,
    ...over,
  };
}

export const MODELS: readonly ModelView[] = [
  model({
    name: 'Digit reader',
    description: 'Reads one handwritten digit. Right for 98 of 100 drawings.',
    input: { kind: 'image', width: 28, height: 28 },
    labels: [...'0123456789'],
  }),
  model({
    name: 'Language guesser',
    description: 'Says in which of 12 languages a sentence is written.',
    input: { kind: 'text', maxBytes: 2000 },
    bytes: 412_000,
    optedIn: false,
    suggestedFee: moot('0.02'),
  }),
  model({
    name: 'Iris',
    description: 'Tells three kinds of iris apart by four lengths.',
    class: 'exact',
    input: {
      kind: 'table',
      fields: ['Sepal length', 'Sepal width', 'Petal length', 'Petal width'].map((name) => ({
        name,
        unit: 'cm',
        min: 0,
        max: 10,
      })),
    },
    bytes: 1_830,
    suggestedFee: moot('0.01'),
  }),
  model({
    name: 'Denoiser',
    author: '0x52aa…9f01',
    description: 'Cleans a spectrum of 4,096 values. Made by somebody on this network.',
    input: { kind: 'tensors', bytes: 16_384 },
    class: 'tolerance',
    bytes: 18_400_000,
    builtIn: false,
    optedIn: false,
    suggestedFee: moot('0.4'),
  }),
  model({
    name: 'Bird song',
    author: 'you',
    description: 'Names a bird by three seconds of its song.',
    input: { kind: 'tensors', bytes: 192_000 },
    bytes: 91_000_000,
    builtIn: false,
    optedIn: false,
    id: null,
    problem: 'Not in the ledger yet, so nobody can ask for it.',
  }),
];

const DETAILS: Readonly<Record<Stage['id'], string>> = {
  store: 'Opened; 48 tasks on record.',
  chain: 'Sandbox chain answers.',
  contracts: 'Found and as expected.',
  wallet: 'Open.',
  peers: 'Listening; 3 connected.',
  compute: 'Processor ready; 2 models allowed.',
};

export function stages(states: Partial<Record<Stage['id'], readonly [StageState, string]>> = {}): readonly Stage[] {
  return (Object.keys(DETAILS) as Array<Stage['id']>).map((id) => {
    const [state, detail] = states[id] ?? ['ready', DETAILS[id]];
    return { id, state, detail };
  });
}

export const NODE: NodeView = {
  version: '0.1.0',
  host: 'rig',
  network: 'sandbox',
  networkName: 'Sandbox on this machine',
  chainId: 31_337,
  stages: stages(),
  notices: [],
};

export const WALLET: WalletView = {
  state: 'unlocked',
  address: ME,
  backedUp: true,
  balances: {
    wallet: moot('3.4187654321'),
    prepaid: moot('9.76'),
    stake: moot('50'),
    locked: moot('0.1'),
    gas: moot('0.998723401'),
    at: NOW - 4_000,
  },
};

const claim = (state: ClaimView['state'], runsPerSecond: number, over: Partial<ClaimView> = {}): ClaimView => ({
  model: digest('Digit reader'),
  modelName: 'Digit reader',
  provider: 'cpu',
  runsPerSecond,
  state,
  measured: state === 'holds' || state === 'slow' ? runsPerSecond * (state === 'holds' ? 0.93 : 0.21) : null,
  at: state === 'unchecked' ? null : NOW - 38 * MINUTE,
  counts: state === 'holds',
  checking: false,
  checkable: true,
  ...over,
});

const peer = (name: string, says: string, minutes: number, claims: readonly ClaimView[] = []) => ({
  id: peerId(name),
  address: address(name),
  multiaddr: `/ip4/127.0.0.1/tcp/${40_000 + minutes}`,
  since: NOW - minutes * MINUTE,
  says,
  claims,
  distrusted: claims.some(({ state }) => state === 'wrong'),
});

export const NETWORK: NetworkView = {
  peerId: peerId('my peer'),
  addresses: ['/ip4/127.0.0.1/tcp/41877', '/ip4/192.168.1.20/tcp/41877'],
  state: 'online',
  peers: [
    peer('ada', 'takes part', 61, [claim('holds', 6_480)]),
    peer('ben', 'takes part', 42, [
      claim('unchecked', 8_100, { provider: 'cuda' }),
      claim('unchecked', 240, {
        modelName: 'a model that is not here (0x1f0c22ab…)',
        model: digest('x'),
        checkable: false,
      }),
    ]),
    peer('cleo', 'is here', 3),
  ],
  ownClaims: (['cpu', 'webgpu'] as const).map((provider, index) => ({
    model: digest('Digit reader'),
    modelName: 'Digit reader',
    provider,
    runsPerSecond: [3_120, 7_850][index] ?? 0,
  })),
  checksSpeed: true,
  chain: { state: 'ok', block: 48_213, blockAt: NOW - 2_000, endpoint: 'http://127.0.0.1:8545', clockSkew: 0.4 },
};

/** A claim in every state. */
export const SPEED_PEERS: NetworkView['peers'] = [
  peer('ada', 'takes part', 61, [claim('holds', 6_480)]),
  peer('ben', 'takes part', 42, [claim('unchecked', 5_200)]),
  peer('dora', 'takes part', 40, [claim('slow', 8_100, { provider: 'cuda' })]),
  peer('egon', 'takes part', 12, [claim('wrong', 4_000), claim('holds', 1_200, { provider: 'webgpu', counts: false })]),
  peer('fay', 'takes part', 7, [claim('silent', 3_100)]),
  peer('gus', 'takes part', 5, [claim('unchecked', 2_200, { checking: true })]),
  peer('cleo', 'has not introduced itself yet', 3),
];

const PAID = [
  '0.21',
  '0.34',
  '0.12',
  '0.51',
  '0.6',
  '0.28',
  '0.71',
  '0.44',
  '0.86',
  '0.5',
  '0.63',
  '1.02',
  '0.74',
  '0.42',
];

function day(ago: number): string {
  const at = new Date(NOW - ago * 86_400_000);
  return `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, '0')}-${String(at.getDate()).padStart(2, '0')}`;
}

export function entry(name: string, state: LedgerEntry['state'], minutes: number): LedgerEntry {
  const steps = state === 'paid' ? (['commit', 'reveal', 'claim'] as const) : (['commit', 'reveal'] as const);
  return {
    task: taskId(name),
    model: 'Digit reader',
    state,
    offered: moot('0.05'),
    treasury: moot('0.005'),
    net: moot('0.045'),
    issued: moot(state === 'paid' ? '0.05' : '0'),
    gas: '184203000000000',
    at: NOW - minutes * MINUTE,
    transactions: steps.map((step) => ({ step, hash: txHash(`${name} ${step}`) })),
  };
}

export const NO_EARNINGS: EarningsView = {
  today: moot('0'),
  week: moot('0'),
  total: moot('0'),
  pending: moot('0'),
  tasksPaid: 0,
  gas: '0',
  days: PAID.map((_, index) => ({ day: day(PAID.length - 1 - index), paid: moot('0') })),
  entries: [],
};

export const EARNINGS: EarningsView = {
  today: moot('0.42'),
  week: moot('4.61'),
  total: moot('7.3812345678'),
  pending: moot('0.045'),
  tasksPaid: 164,
  gas: '31421000000000000',
  days: PAID.map((paid, index) => ({ day: day(PAID.length - 1 - index), paid: moot(paid) })),
  entries: [
    entry('w2', 'pending', 6),
    entry('w3', 'paid', 48),
    entry('w4', 'forgone', 71),
    ...Array.from({ length: 5 }, (_, index) => entry(`old ${index}`, 'paid', 120 + index * 55)),
  ],
};
