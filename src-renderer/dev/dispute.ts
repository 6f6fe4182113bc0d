import type { BallotView, DisputeView } from '../../src-shared/domain/disputes.ts';
import type { Answer } from '../../src-shared/domain/tasks.ts';
import { address, digest, MINUTE, moot, NOW, taskId, txHash } from './fixtures.ts';
import { drawing, SEVEN, step } from './tasks.ts';

export const HOUR = 60 * MINUTE;

const ONE: Answer = {
  text: '1',
  shares: [0.912, 0.0701, 0.0083, 0.0041, 0.0032, 0.0011, 0.0007, 0.0003, 0.0001, 0.0001].map((share, index) => ({
    label: '1749203586'.charAt(index),
    share,
  })),
};

const NO_BALLOT: BallotView = {
  state: 'none',
  seats: 0,
  vote: null,
  automatic: true,
  reason: 'No seat in this panel.',
};

export function dispute(id: number, over: Partial<DisputeView>, hours: number): DisputeView {
  const at = NOW - hours * HOUR;
  return {
    id: String(id),
    task: taskId(`d${id}`),
    model: 'Digit reader',
    state: 'sealing',
    role: 'juror',
    claimant: address('ben'),
    defendant: address('ada'),
    round: 1,
    seats: 5,
    sealed: 3,
    opened: 0,
    openedAt: at,
    until: NOW + 5 * HOUR + 20 * MINUTE,
    contested: { digest: digest(`theirs ${id}`), answer: ONE },
    own: { digest: digest(`ours ${id}`), answer: SEVEN },
    agreement: { verdict: 'different', why: 'The bytes differ, and every machine gets the same ones with this model.' },
    bisection: { state: 'none', text: '', wrong: null, parting: null },
    input: drawing('seven'),
    evidence: [],
    ballot: NO_BALLOT,
    ruling: null,
    atStake: moot('1'),
    bond: moot('0.5'),
    canWin: moot('0'),
    canLose: moot('0'),
    outcome: null,
    appeal: null,
    reason: 'Ballots are being sealed by the first panel.',
    steps: [
      step('contested', at, 'Contested; the payment is held back.', 'plain', {
        kind: 'transaction',
        value: txHash(`contest ${id}`),
      }),
      ...(over.own?.digest === null
        ? []
        : [
            step('computed', at + 40_000, 'Run again on this machine in 12 ms.', 'good', {
              kind: 'digest',
              value: digest(`ours ${id}`),
            }),
          ]),
    ],
    ...over,
  };
}

export const ASKED: BallotView = {
  state: 'asked',
  seats: 2,
  vote: null,
  automatic: false,
  reason:
    'Honest results of this model differ a little: look at both and decide. Decide until 19:17, or your seat costs a fine.',
};

export const SEALED: BallotView = {
  state: 'sealed',
  seats: 1,
  vote: 'claimant',
  automatic: true,
  reason: 'Sealed. It is opened by itself when all ballots are in.',
};

export const LONG_DISPUTE: DisputeView = dispute(
  1234567890,
  {
    ballot: { ...ASKED, seats: 12 },
    model: 'A model with an unusually long name, as somebody will write one',
    atStake: moot('876543.123456789012345677'),
    bond: moot('438271.561728394506172838'),
    canWin: moot('438271.561728394506172838'),
    canLose: moot('0.000000000000000001'),
    seats: 23,
    round: 3,
    sealed: 31,
    input: { kind: 'text', text: `${'Ein langer Satz, der nicht enden will, '.repeat(12)}${'x'.repeat(300)}` },
    contested: {
      digest: digest('a'),
      answer: { text: 'f32[1, 4096]: 0.1234567, -3.4028235e38, 0.0000001, …', shares: [] },
    },
    own: { digest: digest('b'), answer: { text: 'f32[1, 4096]: 0.1234567, -3.4028235e38, 0.0000001, …', shares: [] } },
    evidence: [
      `https://evil.example/\u202Egnp.exe?${'a'.repeat(600)}`,
      'javascript:alert(1)',
      '<img src=x onerror=alert(1)>',
    ],
    reason:
      'Your ballot waits for you: the class of this model is one for people, so no machine can decide it, and the panel is the last one that can be called in this case.',
  },
  3,
);
