import type { Amount, ModelId } from '../../src-shared/domain/ids.ts';
import type { Answer, InputPreview, SeatView, Step, StepKind, TaskView } from '../../src-shared/domain/tasks.ts';
import { address, digest, hex, ME, MINUTE, moot, NOW, taskId, txHash } from './fixtures.ts';

/** A drawn seven or zero, 28 x 28, as the preview of an ask. */
export function drawing(kind: 'seven' | 'zero'): InputPreview {
  const pixels = Buffer.alloc(784);
  for (let at = 0; at < 784; at++) {
    const x = (at % 28) + 0.5;
    const y = Math.floor(at / 28) + 0.5;
    const off =
      kind === 'zero'
        ? Math.abs(Math.hypot((x - 14) / 0.75, y - 14) - 8.5)
        : Math.min(segment(x, y, 8, 7, 20, 7), segment(x, y, 20, 7, 12, 22));
    pixels[at] = Math.max(0, Math.min(255, Math.round((2.1 - off) * 255)));
  }
  return { kind: 'image', width: 28, height: 28, pixels: pixels.toString('base64') };
}

function segment(x: number, y: number, x0: number, y0: number, x1: number, y1: number): number {
  const along = Math.min(
    1,
    Math.max(0, ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / ((x1 - x0) ** 2 + (y1 - y0) ** 2)),
  );
  return Math.hypot(x - x0 - along * (x1 - x0), y - y0 - along * (y1 - y0));
}

export const SEVEN: Answer = {
  text: '7',
  shares: [0.9731, 0.0121, 0.0083, 0.0041, 0.0012, 0.0006, 0.0003, 0.0002, 0.0001, 0].map((share, index) => ({
    label: '7129403586'.charAt(index),
    share,
  })),
};

export function step(
  kind: StepKind,
  at: number,
  text: string,
  tone: Step['tone'] = 'plain',
  proof?: Step['proof'],
): Step {
  return proof === undefined ? { kind, at, text, tone } : { kind, at, text, tone, proof };
}

const tx = (name: string): Step['proof'] => ({ kind: 'transaction', value: txHash(name) });

export function asked(key: string, over: Partial<TaskView>, minutes: number): TaskView {
  const at = NOW - minutes * MINUTE;
  return {
    key,
    id: taskId(key),
    role: 'asked',
    model: { id: hex('model Digit reader') as ModelId, name: 'Digit reader' },
    requester: ME,
    solver: null,
    state: 'posted',
    work: null,
    reason: 'Posted; the first machine that fits takes it.',
    fee: moot('0.05'),
    modelFee: moot('0.01'),
    net: moot('0.06'),
    input: drawing('seven'),
    answer: null,
    resultDigest: null,
    createdAt: at,
    updatedAt: at + 20_000,
    deadline: at + 20 * MINUTE,
    finalAt: null,
    retractAt: at + 20 * MINUTE,
    seats: null,
    steps: [
      step('posting', at, 'You asked; the ledger was told what you pay at most.'),
      step('posted', at + 2_000, 'Written to the ledger in block 48,190.', 'good', tx(`${key} post`)),
    ],
    ...over,
  };
}

export function answered(key: string, state: 'solved' | 'final', minutes: number): TaskView {
  const base = asked(key, {}, minutes);
  const at = base.createdAt;
  return {
    ...base,
    state,
    solver: address('ada'),
    answer: SEVEN,
    resultDigest: digest(key),
    retractAt: null,
    finalAt: state === 'final' ? at + 10 * MINUTE : NOW + 7 * MINUTE + 20_000,
    reason:
      state === 'final' ? 'The answer stands and the solver is paid.' : 'answered; final once the claim window is over',
    steps: [
      ...base.steps,
      step('committed', at + 6_000, 'A machine sealed its answer.', 'plain', tx(`${key} commit`)),
      step('revealed', at + 9_000, 'It showed the answer, and the seal fits.', 'good', tx(`${key} reveal`)),
      step('result', at + 10_000, 'The result arrived from a peer and was checked against its digest.', 'good', {
        kind: 'digest',
        value: digest(key),
      }),
      ...(state === 'final'
        ? [step('final', at + 10 * MINUTE, 'Final: the solver was paid.', 'good', tx(`${key} claim`))]
        : []),
    ],
  };
}

/** An ask that three machines must agree on. @param seats what each of them has done */
export function critical(
  key: string,
  state: TaskView['state'],
  seats: readonly SeatView['state'][],
  over: Partial<TaskView>,
  minutes: number,
): TaskView {
  const base = asked(key, {}, minutes);
  const at = base.createdAt;
  const shown: readonly SeatView['state'][] = ['opened', 'contested', 'out', 'confirmed', 'paid'];
  return {
    ...base,
    state,
    fee: moot('0.15'),
    net: moot('0.16'),
    retractAt: null,
    seats: seats.map((seat, n) => ({
      id: seat === 'empty' ? null : taskId(`${key} ${n}`),
      state: seat,
      solver: seat === 'empty' ? null : address(['ada', 'ben', 'cleo'][n] ?? ''),
      digest: shown.includes(seat) ? digest(seat === 'contested' || seat === 'out' ? `${key} other` : key) : null,
      dispute: seat === 'contested' || seat === 'out' ? '7' : null,
    })),
    steps: [
      step('posting', at, 'You asked for 0.16 MOOT.'),
      step(
        'posted',
        at + 2_000,
        'You posted it for 3 machines; their fees are held by the contract.',
        'plain',
        tx(key),
      ),
      ...seats.flatMap((seat, n) =>
        seat === 'empty'
          ? []
          : [
              step(
                'committed',
                at + 4_000 + n * 1_000,
                `A machine sealed an answer: ${n + 1} of 3 machines.`,
                'plain',
                tx(`${key} ${n}`),
              ),
            ],
      ),
    ],
    ...over,
  };
}

export function worked(key: string, work: NonNullable<TaskView['work']>, minutes: number, reason: string): TaskView {
  const base = asked(key, {}, minutes);
  const at = base.createdAt;
  const proved = ['revealed', 'claiming', 'paid'].includes(work);
  return {
    ...base,
    role: 'worked',
    work,
    reason,
    requester: address('cleo'),
    solver: work === 'lost' ? address('ben') : ME,
    state: work === 'paid' ? 'final' : proved ? 'solved' : 'posted',
    net: work === 'skipped' ? ('0' as Amount) : moot('0.045'),
    input: drawing(minutes % 2 === 0 ? 'zero' : 'seven'),
    answer: proved ? SEVEN : null,
    finalAt: proved ? NOW + 41 * MINUTE : null,
    retractAt: null,
    steps: [
      step('seen', at, 'Seen in block 48,190.'),
      ...(work === 'skipped'
        ? [step('skipped', at + 1_000, reason)]
        : [
            step('accepted', at + 1_000, 'Taken: it pays more than your least fee.', 'good'),
            step('fetched', at + 1_800, 'Input fetched from a peer, 784 bytes.', 'plain', {
              kind: 'peer',
              value: '12D3KooWHa8a7yLqwQ',
            }),
            step('computed', at + 2_100, 'Computed in 12 ms on the processor.', 'good'),
          ]),
      ...(work === 'failed' ? [step('failed', at + 4_000, reason, 'bad')] : []),
      ...(work === 'lost' ? [step('lost', at + 4_000, reason, 'bad')] : []),
      ...(proved ? [step('revealed', at + 9_000, 'Shown; the seal fits.', 'good', tx(`${key} reveal`))] : []),
      ...(work === 'paid'
        ? [
            step(
              'paid',
              at + 10 * MINUTE,
              '0.045 MOOT came into the vault, ready to ask with.',
              'good',
              tx(`${key} claim`),
            ),
          ]
        : []),
    ],
  };
}
