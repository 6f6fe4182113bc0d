import type { Amount } from '../../src-shared/domain/ids.ts';
import type { ServiceView, StakeView } from '../../src-shared/domain/stake.ts';
import { MINUTE, moot, NOW, taskId, txHash } from './fixtures.ts';

const DAY = 24 * 60 * MINUTE;

const duty: ServiceView = {
  wanted: true,
  state: 'on',
  deposit: moot('2'),
  present: true,
  reason: 'Signed up; your machine was seen 12 minutes ago and can be drawn.',
  served: 41,
  missed: 1,
  earned: moot('1.2034'),
};

const jury: ServiceView = {
  wanted: true,
  state: 'on',
  deposit: moot('5'),
  present: true,
  reason: 'Signed up and present today; the draw goes by stake.',
  served: 3,
  missed: 0,
  earned: moot('0.71'),
};

export const STAKE: StakeView = {
  stake: moot('50'),
  free: moot('39.9'),
  locked: moot('10.1'),
  prepaid: moot('9.76'),
  wallet: moot('3.4187654321'),
  locks: [
    {
      cause: 'defence',
      amount: moot('1'),
      why: 'Somebody contested your result; if the jury finds it wrong, this is lost.',
      until: null,
      task: taskId('w8'),
      dispute: '17',
    },
    {
      cause: 'solution',
      amount: moot('1'),
      why: 'Your answer can be contested until it is final.',
      until: NOW + 41 * MINUTE,
      task: taskId('w2'),
      dispute: null,
    },
    {
      cause: 'contestation',
      amount: moot('0.5'),
      why: 'Your bond; it is lost if the jury finds the result right.',
      until: null,
      task: null,
      dispute: '12',
    },
    {
      cause: 'reservation',
      amount: moot('0.6'),
      why: 'You reserved this task; it is lost if you do not answer in time.',
      until: NOW + 3 * MINUTE,
      task: taskId('w1'),
      dispute: null,
    },
    {
      cause: 'duty',
      amount: moot('2'),
      why: 'Deposit of a checker; missed checks are paid from it.',
      until: null,
      task: null,
      dispute: null,
    },
    {
      cause: 'jury',
      amount: moot('5'),
      why: 'Deposit of a juror; missing ballots are paid from it.',
      until: null,
      task: null,
      dispute: null,
    },
  ],
  exit: null,
  exitDelaySeconds: 7 * 86_400,
  duty,
  jury,
  slashes: [
    {
      at: NOW - 3 * DAY,
      amount: moot('0.03'),
      why: 'A check for which you were drawn was not sealed in time.',
      transaction: txHash('miss'),
    },
  ],
  suspendedUntil: null,
  income: { solving: moot('7.3812345678'), issued: moot('2.1'), checking: moot('1.2034'), disputes: moot('0.71') },
  moving: null,
};

const OFF: Pick<ServiceView, 'wanted' | 'state' | 'deposit' | 'present' | 'served' | 'missed' | 'earned'> = {
  wanted: false,
  state: 'off',
  deposit: moot('0'),
  present: false,
  served: 0,
  missed: 0,
  earned: moot('0'),
};

export const NO_STAKE: StakeView = {
  ...STAKE,
  stake: moot('0'),
  free: moot('0'),
  locked: moot('0'),
  prepaid: moot('0'),
  wallet: moot('50'),
  locks: [],
  slashes: [],
  duty: { ...duty, ...OFF, reason: 'Off. It needs 2 MOOT of free stake.' },
  jury: { ...jury, ...OFF, reason: 'Off. It needs 5 MOOT of free stake.' },
  income: { solving: moot('0'), issued: moot('0'), checking: moot('0'), disputes: moot('0') },
};

export const LEAVING: StakeView = {
  ...STAKE,
  free: moot('19.9'),
  locked: moot('30.1'),
  exit: { amount: moot('20'), readyAt: NOW + 3 * DAY + 5 * 60 * MINUTE },
  locks: [
    ...STAKE.locks,
    {
      cause: 'exit',
      amount: moot('20'),
      why: 'You asked for it to leave; it still answers for earlier work.',
      until: NOW + 3 * DAY,
      task: null,
      dispute: null,
    },
  ],
  duty: { ...duty, wanted: false, state: 'leaving', reason: 'Signing off: you can still be drawn for about an hour.' },
  jury: { ...jury, present: false, reason: 'Signed up, but not seen today: Folkmoot was not running.' },
  moving: 'Deposit 3.4 MOOT: on its way to the chain.',
};

export const SUSPENDED: StakeView = {
  ...STAKE,
  free: moot('0'),
  locked: moot('47'),
  stake: moot('47'),
  locks: STAKE.locks.slice(4),
  exit: { amount: moot('40'), readyAt: NOW - 2 * MINUTE },
  suspendedUntil: NOW + 26 * DAY,
  duty: { ...duty, state: 'joining', reason: 'Signing up again; it waits for the end of the suspension.' },
  slashes: [17, 12, 9].map((n, index) => ({
    at: NOW - (2 + index * 5) * DAY,
    amount: moot('1'),
    why: `A jury found your result wrong, in dispute ${n}.`,
    transaction: txHash(`slash ${n}`),
  })),
  income: { ...STAKE.income, disputes: '-2290000000000000000' as Amount },
};

export const LONG_STAKE: StakeView = {
  ...STAKE,
  stake: moot('999999.123456789012345678'),
  free: moot('123456.000000000000000001'),
  locked: moot('876543.123456789012345677'),
  prepaid: moot('0.000000000000000007'),
  wallet: moot('100000.000000000000000001'),
  locks: STAKE.locks.map((lock) => ({
    ...lock,
    amount: moot('123456.789012345678901234'),
    why: `${lock.why} This sentence is much longer than any that the node is known to write, to see where it breaks, if it does.`,
  })),
  duty: { ...duty, served: 1_234_567, missed: 12_345, earned: moot('98765.432109876543210987') },
  income: {
    solving: moot('765432.109876543210987654'),
    issued: moot('123456.789012345678901234'),
    checking: moot('98765.432109876543210987'),
    disputes: '-98765432109876543210987' as Amount,
  },
};
