import type { DisputeView } from '../../src-shared/domain/disputes.ts';
import { ASKED, dispute, HOUR, SEALED } from './dispute.ts';
import { address, digest, ME, moot, NOW, taskId } from './fixtures.ts';
import { OTHERS } from './disputes-past.ts';
import { SEVEN } from './tasks.ts';

/** Those in which this node takes part now. */
const OPEN: readonly DisputeView[] = [
  dispute(
    26,
    {
      model: 'Number odds',
      ballot: {
        ...SEALED,
        state: 'computing',
        reason: 'Your machine has decided and seals it at 18:44; until then you can overrule it.',
      },
      sealed: 1,
      canWin: moot('0.25'),
      canLose: moot('0.1'),
      agreement: { verdict: 'different', why: 'The largest difference is 84 times what the model allows.' },
      bisection: {
        state: 'done',
        text: 'They part at node 57 of 192, MatMul. What the solver has there does not follow from its own inputs.',
        wrong: 'defendant',
        parting: {
          node: 57,
          nodes: 192,
          op: 'MatMul',
          rounds: 9,
          bytes: 9_437_184,
          claimant: { value: 0.18818464875221252, expected: 0.1881846026815028, bound: 0.0000205, holds: true },
          defendant: { value: 0.6881846189498901, expected: 0.1881846026815028, bound: 0.0000205, holds: false },
        },
      },
      reason: 'Jurors run the model again and seal their ballots until 19:17.',
    },
    0.2,
  ),

  dispute(
    21,
    {
      ballot: ASKED,
      canWin: moot('0.25'),
      canLose: moot('0.1'),
      reason: 'Your ballot waits for you; 3 of about 5 are sealed.',
      evidence: ['ipfs://bafkreigh2akiscaildc', 'https://example.org/why-this-is-wrong?case=21'],
    },
    2,
  ),
  dispute(
    17,
    {
      role: 'defendant',
      task: taskId('w8'),
      defendant: ME,
      claimant: address('cleo'),
      contested: { digest: digest('same'), answer: SEVEN },
      own: { digest: digest('same'), answer: SEVEN },
      canWin: moot('0.3'),
      canLose: moot('1'),
      reason:
        'Run again here, your result comes out the same. A jury of about five looks at it; there is nothing you must do.',
    },
    1,
  ),
  dispute(
    12,
    {
      role: 'claimant',
      state: 'ruled',
      task: taskId('a9'),
      claimant: ME,
      sealed: 5,
      opened: 4,
      ruling: 'defendant',
      until: NOW + 2 * HOUR,
      canWin: moot('0.5'),
      canLose: moot('0.5'),
      appeal: { side: 'claimant', cost: moot('3'), raised: moot('1.25'), obstacle: null },
      reason: 'Three of four ballots say that the result is right. It can be appealed for two more hours.',
    },
    30,
  ),
  dispute(
    24,
    {
      ballot: {
        ...SEALED,
        state: 'computing',
        reason: 'Your machine has decided and seals it at 18:40; until then you can overrule it.',
      },
      sealed: 1,
      canWin: moot('0.25'),
      canLose: moot('0.1'),
      reason: 'Jurors run the model again and seal their ballots until 19:17.',
    },
    0.3,
  ),
  dispute(
    23,
    {
      ballot: {
        ...SEALED,
        state: 'computing',
        vote: null,
        reason: 'The model runs again now; the ballot follows by itself.',
      },
      own: { digest: null, answer: null },
      sealed: 0,
      canWin: moot('0.25'),
      canLose: moot('0.1'),
      reason: 'You have one seat; this machine is running the model.',
    },
    0.1,
  ),
  dispute(
    20,
    { ballot: SEALED, canWin: moot('0.25'), canLose: moot('0.1'), reason: 'Your ballot is sealed; others still vote.' },
    5,
  ),
  dispute(
    19,
    {
      state: 'opening',
      ballot: { ...SEALED, state: 'opening', reason: 'Your ballot is being opened.' },
      sealed: 5,
      opened: 2,
      canWin: moot('0.25'),
      canLose: moot('0.1'),
      until: NOW + 3 * HOUR,
      reason: 'All ballots are in; they are being opened.',
    },
    9,
  ),
  dispute(
    18,
    {
      state: 'opening',
      ballot: {
        ...SEALED,
        state: 'late',
        vote: null,
        reason: 'Missed: Folkmoot was not running while ballots were taken. 0.1 MOOT of your deposit can be taken.',
      },
      sealed: 4,
      opened: 1,
      canLose: moot('0.1'),
      reason: 'All ballots are in but yours.',
    },
    11,
  ),
];

/** One dispute of each kind, stage and role. */
export const DISPUTES: readonly DisputeView[] = [...OPEN, ...OTHERS];
