import { expect, it } from 'vitest';
import { TASK_STATES, WORK_STATES, type SeatView, type TaskView } from '../../src-shared/domain/tasks.ts';
import {
  canContest,
  canContestSeat,
  canTakeBack,
  isLeft,
  isMoving,
  isUnderWay,
  moneyOf,
  openMoney,
  paidFor,
  say,
  stationOf,
} from './words.ts';

const asked = (state: TaskView['state']) => ({ role: 'asked', state, work: null, seats: null }) as unknown as TaskView;
const worked = (work: NonNullable<TaskView['work']>) =>
  ({ role: 'worked', state: 'posted', work, seats: null }) as unknown as TaskView;

it('has words for every state', () => {
  for (const task of [...TASK_STATES.map(asked), ...WORK_STATES.map(worked)]) {
    expect(say(task, 0).short).not.toBe('');
    expect(say(task, 0).title).not.toBe('');
  }
});

it('says of machines that must agree what is true of them', () => {
  const together = (state: TaskView['state']) => ({ ...asked(state), seats: [], finalAt: 9 }) as unknown as TaskView;
  for (const state of TASK_STATES) expect(say(together(state), 0).title).not.toBe('');
  // Somebody did answer; what is missing is that they agree.
  expect(say(together('refunded'), 0).title).toMatch(/agree/);
  const seat = (state: string) => ({ state }) as unknown as SeatView;
  expect(canContestSeat(together('solved'), seat('opened'), 0)).toBe(true);
  expect(canContestSeat(together('solved'), seat('confirmed'), 0)).toBe(false);
  expect(canContestSeat(together('solved'), seat('opened'), 9)).toBe(false);
  expect(canContestSeat(together('final'), seat('opened'), 0)).toBe(false);
  const lost = { ...worked('lost'), seats: [] } as TaskView;
  expect(say(lost, 0).title).not.toMatch(/first/);
  // A single result there is not, so nobody can contest “it” by hand.
  expect(canContest(together('solved'), 0)).toBe(false);
});

it('knows what is under way', () => {
  expect(TASK_STATES.filter((state) => isUnderWay(asked(state)))).toEqual([
    'posting',
    'posted',
    'reserved',
    'committed',
    'differing',
    'solved',
    'contested',
  ]);
  expect(WORK_STATES.filter((state) => !isUnderWay(worked(state)))).toEqual([
    'waiting',
    'paid',
    'skipped',
    'lost',
    'failed',
  ]);
  expect(WORK_STATES.filter((state) => isLeft(worked(state)))).toEqual(['waiting']);
});

it('lets only busy things pulse', () => {
  expect(TASK_STATES.filter((state) => isMoving(asked(state)))).toEqual(['posting', 'reserved', 'committed']);
  expect(isMoving(worked('waiting'))).toBe(false);
});

it('places an ask on its way', () => {
  expect(TASK_STATES.map(stationOf)).toEqual([-1, 0, 0, 1, 1, 2, 2, 3, -1, -1, -1]);
});

it('promises no money that is not there', () => {
  expect(TASK_STATES.filter((state) => moneyOf(asked(state)) === 'none')).toEqual(['refunded', 'overturned', 'failed']);
  expect(WORK_STATES.filter((state) => moneyOf(worked(state)) === 'sure')).toEqual(['paid']);
  expect(WORK_STATES.filter((state) => moneyOf(worked(state)) === 'none')).toEqual(['skipped', 'lost', 'failed']);
});

it('knows when the money may come back', () => {
  const open = { ...asked('posted'), retractAt: 1_000 };
  expect(canTakeBack(open, 999)).toBe(false);
  expect(canTakeBack(open, 1_000)).toBe(true);
  expect(say(open, 1_000).tone).toBe('need');
  expect(canTakeBack({ ...open, state: 'solved' }, 2_000)).toBe(false);
  expect(canTakeBack({ ...open, role: 'worked' }, 2_000)).toBe(false);
});

it('lets the asker contest until the answer is final', () => {
  const answered = { ...asked('solved'), finalAt: 1_000 };
  expect(canContest(answered, 999)).toBe(true);
  expect(canContest(answered, 1_000)).toBe(false);
  expect(canContest({ ...answered, role: 'worked' }, 0)).toBe(false);
  expect(canContest({ ...answered, state: 'contested' }, 0)).toBe(false);
});

it('gives the whole price back, however the node says it', () => {
  const fees = { fee: '50', modelFee: '10' } as Partial<TaskView>;
  expect(paidFor({ ...asked('posted'), ...fees, net: '-75' } as TaskView)).toBe('75');
  expect(paidFor({ ...asked('posted'), ...fees, net: '60' } as TaskView)).toBe('60');
  expect(paidFor({ ...asked('refunded'), ...fees, net: '0' } as TaskView)).toBe('60');
});

it('tells work that others did first from work that was found wrong', () => {
  expect(say(worked('lost'), 0).title).toMatch(/first/);
  expect(say({ ...worked('lost'), state: 'overturned' }, 0).title).toMatch(/found your result wrong/);
});

it('of a batch the open lines come back, and its page says so', () => {
  const batch = { items: 4, answered: 3, open: 1, final: 0, back: 0 };
  const task = { ...asked('posted'), fee: '80', modelFee: '20', net: '-100', retractAt: 10, batch } as TaskView;
  expect(openMoney(task)).toBe('25');
  expect(say(task, 9).title).toBe('Waiting for machines to take the lines that are open');
  expect(say(task, 10).title).toBe('Not all lines were answered in time');
  expect(say({ ...task, batch: { ...batch, open: 4 } }, 10).title).toBe('Nobody answered in time');
  expect(say({ ...task, state: 'solved' }, 10)).toMatchObject({ short: 'answered', title: 'Your answers are here' });
});
