import { amount, units } from '../../src-shared/domain/amounts.ts';
import type { Amount } from '../../src-shared/domain/ids.ts';
import type { SeatView, TaskState, TaskView, WorkState } from '../../src-shared/domain/tasks.ts';
import type { Tone } from '../ui/Pill.tsx';

/** Pure: how states are said. One word for a row, one sentence for a page. */
export interface Said {
  readonly short: string;
  readonly title: string;
  readonly tone: Tone;
}

const ASKED: Readonly<Record<TaskState, Said>> = {
  posting: { short: 'posting', title: 'Your ask is being written to the ledger', tone: 'work' },
  posted: { short: 'waiting', title: 'Waiting for a machine to take it', tone: 'wait' },
  reserved: { short: 'being answered', title: 'A machine has reserved it and works on it', tone: 'work' },
  committed: {
    short: 'being answered',
    title: 'A machine has sealed its answer and is about to show it',
    tone: 'work',
  },
  differing: { short: 'no agreement', title: 'The machines do not agree', tone: 'wait' },
  solved: { short: 'answered', title: 'Your answer is here', tone: 'work' },
  contested: { short: 'contested', title: 'Your answer is contested; a jury decides', tone: 'wait' },
  final: { short: 'final', title: 'Your answer is here, and final', tone: 'work' },
  refunded: { short: 'money back', title: 'Nobody answered; your money is back', tone: 'wait' },
  overturned: { short: 'money back', title: 'The answer was found wrong; your money is back', tone: 'wait' },
  failed: { short: 'failed', title: 'Your ask did not get through', tone: 'trouble' },
};

/** What a page of many lines says instead. */
const LINES: Partial<Record<TaskState, string>> = {
  posted: 'Waiting for machines to take the lines that are open',
  committed: 'A machine has sealed answers and is about to show them',
  solved: 'Your answers are here',
  contested: 'Some of your answers are contested; a jury decides',
  final: 'Your answers are here, and final',
  overturned: 'The answers were found wrong; your money is back',
};

const WORKED: Readonly<Record<WorkState, Said>> = {
  waiting: { short: 'waiting', title: 'This task waits', tone: 'wait' },
  reserving: { short: 'reserving', title: 'Reserving the task', tone: 'work' },
  fetching: { short: 'fetching', title: 'Fetching what was asked', tone: 'work' },
  computing: { short: 'computing', title: 'Computing the answer', tone: 'work' },
  computed: { short: 'computed', title: 'The answer is computed', tone: 'work' },
  committing: { short: 'sealing', title: 'Sealing the answer', tone: 'work' },
  committed: { short: 'sealed', title: 'The answer is sealed', tone: 'work' },
  revealing: { short: 'revealing', title: 'Showing the answer', tone: 'work' },
  revealed: { short: 'proved', title: 'Answered; the pay comes when it is final', tone: 'work' },
  contested: { short: 'contested', title: 'Your result is contested; a jury decides', tone: 'need' },
  claiming: { short: 'claiming', title: 'Collecting the pay', tone: 'work' },
  paid: { short: 'paid', title: 'Done and paid', tone: 'work' },
  skipped: { short: 'left to others', title: 'Left to others', tone: 'wait' },
  lost: { short: 'others were first', title: 'Somebody else was first', tone: 'wait' },
  failed: { short: 'failed', title: 'This task failed here', tone: 'trouble' },
};

/** Where several machines must agree. */
const TOGETHER: Partial<Readonly<Record<TaskState, Said>>> = {
  posted: { short: 'waiting', title: 'Waiting for machines to take it', tone: 'wait' },
  committed: { short: 'being answered', title: 'Machines seal their answers, then all show theirs', tone: 'work' },
  solved: { short: 'answered', title: 'They agree: your answer is here', tone: 'work' },
  contested: { short: 'contested', title: 'One of the answers is contested; a jury decides', tone: 'wait' },
  refunded: { short: 'money back', title: 'No answer that they agree on; your money is back', tone: 'wait' },
};

const TAKE_BACK: Said = { short: 'take it back', title: 'Nobody answered in time', tone: 'need' };
const TAKE_REST_BACK: Said = { ...TAKE_BACK, title: 'Not all lines were answered in time' };

/** Whatever the cause, the reason says it: too few came, they did not agree, the court. */
const IN_VAIN: Said = { short: 'no pay', title: 'This seat is not paid', tone: 'wait' };

const OVERTURNED: Said = { short: 'found wrong', title: 'A jury found your result wrong', tone: 'trouble' };

/** The asker may take the money back now: one of the few things that need a person. */
export function canTakeBack(task: TaskView, now: number): boolean {
  return task.role === 'asked' && isOpen(task) && task.retractAt !== null && task.retractAt <= now;
}

export function say(task: TaskView, now: number): Said {
  const some = task.batch !== undefined && task.batch.open < task.batch.items;
  if (canTakeBack(task, now)) return some ? TAKE_REST_BACK : TAKE_BACK;
  if (task.role === 'worked' && task.work === 'lost' && task.state === 'overturned') return OVERTURNED;
  if (task.role === 'worked' && task.work === 'lost' && task.seats !== null) return IN_VAIN;
  if (task.role === 'worked' && task.work !== null) return WORKED[task.work];
  const said = (task.seats === null ? undefined : TOGETHER[task.state]) ?? ASKED[task.state];
  return task.batch === undefined ? said : { ...said, title: LINES[task.state] ?? said.title };
}

const SEATS: Readonly<Record<SeatView['state'], Pick<Said, 'short' | 'tone'>>> = {
  empty: { short: 'nobody yet', tone: 'wait' },
  sealed: { short: 'sealed', tone: 'info' },
  opened: { short: 'opened', tone: 'work' },
  contested: { short: 'contested', tone: 'wait' },
  out: { short: 'found wrong', tone: 'trouble' },
  confirmed: { short: 'found right', tone: 'work' },
  missed: { short: 'did not open', tone: 'trouble' },
  paid: { short: 'paid', tone: 'work' },
};

/** One of the machines that must agree. */
export function saySeat(state: SeatView['state']): Pick<Said, 'short' | 'tone'> {
  return SEATS[state];
}

const DONE_WORK: ReadonlySet<WorkState> = new Set(['paid', 'skipped', 'lost', 'failed']);
const DONE_ASK: ReadonlySet<TaskState> = new Set(['final', 'refunded', 'overturned', 'failed']);

/** This machine looked at it and does not take it, for now. */
export function isLeft(task: TaskView): boolean {
  return task.role === 'worked' && task.work === 'waiting';
}

/** Something can still happen to it, and somebody is at it. */
export function isUnderWay(task: TaskView): boolean {
  if (task.role === 'worked' && task.work !== null) return !DONE_WORK.has(task.work) && !isLeft(task);
  return !DONE_ASK.has(task.state);
}

/** A machine, here or elsewhere, is busy with it right now: the only thing that may pulse. */
export function isMoving(task: TaskView): boolean {
  if (task.role === 'asked') return ['posting', 'reserved', 'committed'].includes(task.state);
  return ['reserving', 'fetching', 'computing', 'committing', 'revealing', 'claiming'].includes(task.work ?? '');
}

/** The four stations of an ask, and which of them are behind us. */
export const STATIONS = [
  { id: 'posted', name: 'Posted' },
  { id: 'committed', name: 'Taken' },
  { id: 'solved', name: 'Answered' },
  { id: 'final', name: 'Final' },
] as const;

/** Index of the last station reached; -1 before the first. */
export function stationOf(state: TaskState): number {
  const at: Partial<Record<TaskState, string>> = { reserved: 'posted', differing: 'committed', contested: 'solved' };
  return STATIONS.findIndex((station) => station.id === (at[state] ?? state));
}

const BACK: ReadonlySet<TaskState> = new Set(['refunded', 'overturned', 'failed']);

/** What the amount of a row is: earned or paid for sure, still open, or none at all. */
export function moneyOf(task: TaskView): 'sure' | 'open' | 'none' {
  if (task.role === 'asked') {
    if (BACK.has(task.state)) return 'none';
    return task.state === 'final' ? 'sure' : 'open';
  }
  if (task.work === 'skipped' || task.work === 'lost' || task.work === 'failed') return 'none';
  return task.work === 'paid' ? 'sure' : 'open';
}

/** It may still be answered; until then the asker's money waits with it. */
export function isOpen(task: TaskView): boolean {
  return task.state === 'posted' || task.state === 'reserved' || task.state === 'committed';
}

/** The asker may still say that the result is wrong; of several machines it says so of each by itself. */
export function canContest(task: TaskView, now: number): boolean {
  const alone = task.role === 'asked' && task.seats === null;
  return alone && task.state === 'solved' && task.finalAt !== null && task.finalAt > now;
}

/** The asker may say so of one of several; of those the ledger has ended, nobody may. */
export function canContestSeat(task: TaskView, seat: SeatView, now: number): boolean {
  const open = task.role === 'asked' && seat.state === 'opened' && !DONE_ASK.has(task.state);
  return open && (task.finalAt === null || task.finalAt > now);
}

/** What the asker has put in and gets back when it comes to nothing. */
export function paidFor(task: TaskView): Amount {
  const net = units(task.net);
  return amount(net < 0n ? -net : units(task.fee) + units(task.modelFee));
}

/** What comes back if the asker takes it back now: of a batch the money of the open lines. */
export function openMoney(task: TaskView): Amount {
  if (task.batch === undefined) return paidFor(task);
  const { items, open } = task.batch;
  return amount(((units(task.fee) + units(task.modelFee)) * BigInt(open)) / BigInt(items));
}

/** What the fee of a task is called: one machine's, or that of all. */
export function feesLine(task: TaskView): string {
  if (task.batch !== undefined) return 'Solvers’ fees';
  return task.seats === null ? 'Solver’s fee' : 'Fees of all machines';
}

/** How the sum of a task is called, by what became of it. */
export function netLine(task: TaskView): string {
  const money = moneyOf(task);
  if (task.role === 'worked') {
    if (money === 'none') return 'You would have earned';
    return money === 'sure' ? 'You earned, after the treasury’s share' : 'You earn, after the treasury’s share';
  }
  if (task.state === 'refunded' || task.state === 'overturned') return 'Came back to you';
  if (task.state === 'failed') return 'It would have cost';
  return money === 'sure' ? 'You paid' : 'You pay';
}
