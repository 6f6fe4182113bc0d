import type { Activity } from '../../src-shared/domain/node.ts';
import type { Timestamp } from '../../src-shared/domain/ids.ts';

/** Everything the one sentence depends on. */
export interface Conditions {
  readonly wallet: 'none' | 'locked' | 'unlocked' | 'damaged';
  readonly chain: 'starting' | 'ok' | 'gone';
  readonly started: boolean;
  /** First stage that failed: what, and its sentence. */
  readonly failed: string | null;
  /** Why no device takes new work, in the words of `decide`; null: one does. */
  readonly heldUp: {
    readonly code: string;
    readonly why: string;
    readonly change?: string;
    readonly lookAgainAt: Timestamp | null;
  } | null;
  /** What slows down every device that may work, as a sentence; null: one is free. */
  readonly slowed: string | null;
  readonly modelsAllowed: number;
  readonly working: readonly string[];
  /** Results proved on chain whose claim window runs. */
  readonly pending: number;
  /** Best reason why an open task is not taken, if there is one. */
  readonly nearest: string | null;
}

type Rule = (c: Conditions) => Activity | null;

const RULES: readonly Rule[] = [
  (c) =>
    c.failed === null
      ? null
      : {
          state: 'stopped',
          code: 'STAGE_FAILED',
          title: 'Stopped',
          why: c.failed,
          change: 'Start Folkmoot again once this is mended.',
        },
  (c) =>
    c.wallet === 'none'
      ? {
          state: 'needs-you',
          code: 'NO_WALLET',
          title: 'Waiting for you',
          why: 'There is no wallet yet, so nobody could be paid.',
          change: 'Create a wallet or restore one.',
        }
      : null,
  (c) =>
    c.wallet === 'damaged'
      ? {
          state: 'needs-you',
          code: 'WALLET_DAMAGED',
          title: 'Waiting for you',
          why: 'The wallet file cannot be used.',
          change: 'Restore the wallet from its words.',
        }
      : null,
  (c) =>
    c.wallet === 'locked'
      ? {
          state: 'needs-you',
          code: 'WALLET_LOCKED',
          title: 'Waiting for you',
          why: 'The wallet is locked, so nothing can be signed.',
          change: 'Unlock the wallet.',
        }
      : null,
  (c) =>
    c.started
      ? null
      : { state: 'starting', code: 'STARTING', title: 'Starting', why: 'The parts of the node are being started.' },
  (c) =>
    c.heldUp?.code === 'PAUSED'
      ? {
          state: 'paused',
          code: 'PAUSED',
          title: 'Paused',
          why: `${c.heldUp.why} No new work is taken; what was proved is still claimed.`,
          change: 'Resume to take work again.',
          pausedUntil: c.heldUp.lookAgainAt,
        }
      : null,
  (c) =>
    c.chain === 'gone'
      ? {
          state: 'waiting',
          code: 'CHAIN_GONE',
          title: 'Waiting for the chain',
          why: 'The chain does not answer. Nothing is lost; work goes on as soon as it is back.',
        }
      : null,
  (c) =>
    c.heldUp === null
      ? null
      : {
          state: 'waiting',
          code: c.heldUp.code,
          title: 'Not working now',
          why: c.heldUp.why,
          ...(c.heldUp.change === undefined ? {} : { change: c.heldUp.change }),
        },
  (c) =>
    c.working.length === 0
      ? null
      : {
          state: 'working',
          code: 'WORKING',
          title: c.working.length === 1 ? 'Working on 1 task' : `Working on ${c.working.length} tasks`,
          why: `Solving ${[...new Set(c.working)].join(', ')}${c.slowed === null ? ' at low priority' : ''}.${c.slowed === null ? '' : ` ${c.slowed}`}`,
        },
  (c) =>
    c.modelsAllowed === 0
      ? {
          state: 'waiting',
          code: 'NO_MODEL',
          title: 'Waiting for you to allow a model',
          why: 'No model may run on this machine yet.',
          change: 'Allow one under Work.',
        }
      : null,
  (c) =>
    c.nearest === null
      ? null
      : {
          state: 'waiting',
          code: 'NEAREST',
          title: 'Waiting for work',
          why: `There is work, but none that fits. The nearest is ${c.nearest}.`,
        },
];

/** Pure: what the machine does and why, for tray, Home, log and command line alike. */
export function activity(conditions: Conditions): Activity {
  for (const rule of RULES) {
    const sentence = rule(conditions);
    if (sentence !== null) return sentence;
  }
  const pending =
    conditions.pending === 0
      ? ''
      : ` ${conditions.pending} ${conditions.pending === 1 ? 'result waits' : 'results wait'} to become final.`;
  return {
    state: 'waiting',
    code: 'NO_WORK',
    title: 'Waiting for work',
    why: `Nobody asks for something this machine may do right now.${pending}`,
  };
}
