import type { Snapshot } from '../../src-shared/bridge/state.ts';
import type { Amount, PeerId } from '../../src-shared/domain/ids.ts';
import { NO_MACHINE } from '../../src-shared/domain/machine.ts';
import type { Activity } from '../../src-shared/domain/node.ts';
import {
  EARNINGS,
  ME,
  MINUTE,
  MODELS,
  moot,
  NETWORK,
  NODE,
  NO_EARNINGS,
  NOW,
  SPEED_PEERS,
  stages,
  WALLET,
} from './fixtures.ts';
import { batch } from './batches.ts';
import { CONTAINERS, DOCKER_DOWN, NO_DOCKER } from './containers.ts';
import { CHECKING } from './machine-check.ts';
import { MACHINE, NEW_MACHINE, REASONED } from './machine.ts';
import { LONG_DISPUTE } from './dispute.ts';
import { DISPUTES } from './disputes.ts';
import { LEAVING, LONG_STAKE, NO_STAKE, STAKE, SUSPENDED } from './stake.ts';
import { answered, asked, critical, SEVEN, step, worked } from './tasks.ts';

/** What a node can look like, from its first minute to a long day. One snapshot per situation. */

const WAITING: Activity = {
  state: 'waiting',
  code: 'NO_WORK',
  title: 'Waiting for work',
  why: 'Nobody asks for something this machine may do right now.',
};

const working: Snapshot = {
  node: NODE,
  machine: MACHINE,
  activity: {
    state: 'working',
    code: 'WORKING',
    title: 'Working on 1 task',
    why: 'Solving Digit reader at low priority.',
    change: 'Stops at once when you pause it.',
  },
  wallet: WALLET,
  network: NETWORK,
  models: MODELS,
  containers: CONTAINERS,
  tasks: [
    asked('a1', {}, 1),
    batch('b1', 2),
    worked('w1', 'computing', 0.1, 'Computing.'),
    answered('a2', 'solved', 3),
    worked('w2', 'revealed', 6, 'Proved; paid when nobody objects.'),
    critical(
      'c1',
      'committed',
      ['sealed', 'sealed', 'empty'],
      { reason: '2 of 3 machines have sealed an answer; nobody sees it before all have' },
      4,
    ),
    critical(
      'c2',
      'final',
      ['paid', 'out', 'paid'],
      { answer: SEVEN, reason: '2 of 3 machines agreed: answered and final', net: moot('0.11') },
      200,
    ),
    critical(
      'c3',
      'contested',
      ['opened', 'opened', 'contested'],
      { reason: 'one of the results is contested: the court decides' },
      5,
    ),
    asked('a3', { state: 'posted', reason: 'Nobody took it in time.', retractAt: NOW - MINUTE }, 22),
    worked('w3', 'paid', 48, 'Paid.'),
    worked('w4', 'lost', 71, 'Somebody else revealed first.'),
    worked('w5', 'skipped', 75, 'The fee 0.01 is below your least fee 0.02.'),
    worked('w6', 'failed', 90, 'The input was not to be had from any peer.'),
    {
      ...worked('w8', 'waiting', 100, 'The fee < 0.000001 is below your least fee 0.02.'),
      net: '100000000' as Amount,
    },
    answered('a4', 'final', 130),
    asked('a5', { state: 'refunded', reason: 'Nobody answered; 0.06 MOOT came back.', retractAt: null }, 300),
    worked('w7', 'paid', 320, 'Paid.'),
  ],
  earnings: EARNINGS,
  prices: { watts: 45, perKwh: 0.31, perMoot: 2.4, perCoin: null },
  stake: { ...STAKE, locks: STAKE.locks.filter((lock) => lock.dispute === null), locked: moot('8.6') },
  disputes: DISPUTES.filter((dispute) => dispute.state === 'final'),
};

const empty: Snapshot = {
  ...working,
  machine: NEW_MACHINE,
  activity: { ...WAITING, change: 'Allow more models under Work to be asked more often.' },
  wallet: { ...WALLET, backedUp: false },
  network: { ...NETWORK, state: 'alone', peers: [], ownClaims: [] },
  models: MODELS.slice(0, 3),
  containers: NO_DOCKER,
  tasks: [],
  earnings: NO_EARNINGS,
  stake: NO_STAKE,
  disputes: [],
};

const welcome: Snapshot = {
  ...empty,
  machine: NO_MACHINE,
  node: { ...NODE, stages: stages({ wallet: ['needs-you', 'There is no wallet yet.'] }) },
  activity: {
    ...WAITING,
    state: 'needs-you',
    code: 'NO_WALLET',
    title: 'Waiting for you',
    why: 'There is no wallet yet, so nobody could be paid.',
  },
  wallet: { state: 'none', address: null, backedUp: false, balances: null },
};

export const STATES = {
  working,
  empty,
  welcome,
  starting: {
    ...empty,
    machine: NO_MACHINE,
    node: {
      ...NODE,
      stages: stages({
        contracts: ['starting', 'Looking for the contracts on the chain.'],
        wallet: ['waiting', 'After the contracts.'],
        peers: ['starting', 'Opening a port for other machines.'],
        compute: ['waiting', 'After the wallet.'],
      }),
    },
    wallet: { state: 'none', address: null, backedUp: false, balances: null },
    activity: {
      state: 'starting',
      code: 'STARTING',
      title: 'Starting',
      why: 'The parts of the node are being started.',
    },
  },
  locked: {
    ...working,
    stake: STAKE,
    disputes: DISPUTES,
    node: { ...NODE, stages: stages({ wallet: ['needs-you', 'Locked.'], compute: ['waiting', 'After the wallet.'] }) },
    activity: {
      ...WAITING,
      state: 'needs-you',
      code: 'WALLET_LOCKED',
      title: 'Waiting for you',
      why: 'The wallet is locked, so nothing can be signed.',
      change: 'Unlock the wallet.',
    },
    wallet: { ...WALLET, state: 'locked' },
  },
  damaged: {
    ...working,
    wallet: {
      state: 'damaged',
      address: null,
      backedUp: false,
      balances: null,
      error: {
        code: 'VAULT_DAMAGED',
        message: 'The wallet file ends too early: 212 bytes are missing.',
        remedy: 'Restore the wallet from its words, or put a copy of the file back.',
      },
    },
  },
  paused: {
    ...working,
    activity: {
      ...WAITING,
      state: 'paused',
      code: 'PAUSED',
      title: 'Paused',
      why: 'You paused this machine for a while. No new work is taken; what was proved is still claimed.',
      change: 'Resume to take work again.',
      pausedUntil: NOW + 52 * MINUTE,
    },
  },
  errors: {
    ...working,
    containers: DOCKER_DOWN,
    node: {
      ...NODE,
      stages: stages({
        chain: ['failed', 'The chain at 127.0.0.1:8545 refuses the connection.'],
        compute: ['failed', 'The compute process crashed three times and was given up.'],
      }),
      notices: [
        {
          id: 'chain',
          level: 'trouble',
          text: 'The chain does not answer',
          remedy: 'Nothing is lost; two results wait and are claimed when it is back.',
          since: NOW - 9 * MINUTE,
        },
        {
          id: 'disk',
          level: 'need',
          text: 'Less than 1 GB is free on this disk',
          remedy: 'Make room, or new models cannot be fetched.',
          since: NOW - 60 * MINUTE,
        },
        { id: 'update', level: 'info', text: 'Version 0.2.0 is out.', since: NOW - 600 * MINUTE },
      ],
    },
    activity: {
      ...WAITING,
      code: 'CHAIN_GONE',
      title: 'Waiting for the chain',
      why: 'The chain does not answer. Nothing is lost; work goes on as soon as it is back.',
    },
    wallet: { ...WALLET, backedUp: false, balances: null },
    network: { ...NETWORK, state: 'down', peers: [], chain: { ...NETWORK.chain, state: 'gone', clockSkew: -95 } },
    tasks: [
      asked(
        'a1',
        {
          state: 'failed',
          id: null,
          retractAt: null,
          reason: 'The ledger refused it: not enough prepaid MOOT. Nothing was paid.',
          steps: [
            step('posting', NOW - MINUTE, 'You asked; the ledger was told what you pay at most.'),
            step(
              'failed',
              NOW - MINUTE + 4000,
              'The ledger refused it: not enough prepaid MOOT. Nothing was paid.',
              'bad',
            ),
          ],
        },
        1,
      ),
      ...working.tasks.slice(1),
    ],
  },
  full: {
    ...working,
    tasks: Array.from({ length: 100 }, (_, index) =>
      index % 3 === 0
        ? answered(`f${index}`, 'final', index * 9 + 12)
        : worked(
            `g${index}`,
            index % 5 === 0 ? 'lost' : 'paid',
            index * 9 + 12,
            'Paid after the claim window of ten minutes, without an objection by anybody.',
          ),
    ),
    network: {
      ...NETWORK,
      peers: Array.from({ length: 5 }, (_, round) =>
        NETWORK.peers.map((peer) => ({ ...peer, id: `${peer.id}${round + 1}` as PeerId })),
      ).flat(),
    },
    wallet: { ...WALLET, address: ME },
    stake: LONG_STAKE,
    disputes: [LONG_DISPUTE, ...DISPUTES],
  },
  /** Speeds that peers claim, in every state. */
  speeds: { ...working, network: { ...NETWORK, peers: SPEED_PEERS } },
  /** Disputes of every kind. */
  court: {
    ...working,
    tasks: [
      { ...answered('a9', 'solved', 33), state: 'contested', reason: 'the result is contested: a jury decides' },
      { ...worked('w8', 'contested', 61, 'Contested; a jury decides whether you are paid.'), answer: SEVEN },
      ...working.tasks.filter((task) => task.key !== 'w8'),
      {
        ...answered('a10', 'solved', 700),
        state: 'overturned',
        reason: 'a jury found the result wrong: your money is back',
      },
      { ...worked('w10', 'lost', 800, 'A jury found it wrong.'), state: 'overturned' },
    ],
    stake: STAKE,
    disputes: DISPUTES,
  },
  /** Every reason for which a device may run, slow down or stop. */
  reasons: { ...working, machine: REASONED },
  checking: { ...working, machine: { ...MACHINE, check: CHECKING } },
  /** Nothing was probed yet. */
  bare: { ...empty, machine: NO_MACHINE },
  leaving: { ...working, stake: LEAVING },
  suspended: { ...working, stake: SUSPENDED },
  reading: { ...working, prices: null, stake: null, disputes: [] },
} satisfies Record<string, Snapshot>;

export type StateName = keyof typeof STATES;
