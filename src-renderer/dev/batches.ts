import type { CallHandlers } from '../../src-shared/bridge/host.ts';
import { FolkmootError } from '../../src-shared/domain/errors.ts';
import type { TaskId } from '../../src-shared/domain/ids.ts';
import type { LineView, TaskView } from '../../src-shared/domain/tasks.ts';
import { NOW, MINUTE, address, digest, moot, txHash } from './fixtures.ts';
import { asked, step } from './tasks.ts';

const LINES = [
  ['Guten Morgen, wie geht es dir?', 'German', 0.981],
  ['Bonjour, comment allez-vous ?', 'French', 0.977],
  ['Good morning, how are you?', 'English', 0.964],
  ['Buenos días, ¿cómo estás?', 'Spanish', 0.952],
  ['Buongiorno, come stai?', 'Italian', 0.931],
] as const;

/** Five lines: one final, two answered, one whose result is on its way, one that nobody took yet. */
export function batch(key: string, minutes: number): TaskView {
  const at = NOW - minutes * MINUTE;
  return asked(
    key,
    {
      id: null,
      model: { ...asked(key, {}, minutes).model, name: 'Language guesser' },
      fee: moot('0.25'),
      modelFee: moot('0.05'),
      net: moot('0.3'),
      input: { kind: 'other', text: `${LINES.length} lines` },
      reason: '3 of 5 answered; waiting for solvers of the rest',
      retractAt: at + 20_000,
      steps: [
        step('posting', at, 'You asked 5 lines for 0.3 MOOT.'),
        step('posted', at + 2_000, 'You posted 5 items; the fees are held by the contract.', 'plain', {
          kind: 'transaction',
          value: txHash(`${key} post`),
        }),
        step('revealed', at + 12_000, '0x9f3a…77c1 opened 4 items; final at 10:42:07 UTC.', 'plain', {
          kind: 'transaction',
          value: txHash(`${key} reveal`),
        }),
      ],
      batch: { items: LINES.length, answered: 3, open: 1, final: 1, back: 0 },
    },
    minutes,
  );
}

const STATES = ['final', 'solved', 'solved', 'solved', 'posted'] as const;

export const lines: readonly LineView[] = LINES.map(([text, label, share], item) => ({
  item,
  input: { kind: 'text', text },
  state: STATES[item] ?? 'posted',
  answer: item < 3 ? { text: label, shares: [{ label, share }] } : null,
  solver: item < 4 ? address('ada') : null,
  resultDigest: item < 4 ? digest(`line ${item}`) : null,
  id: item < 4 ? (digest(`item ${item}`) as string as TaskId) : null,
  finalAt: item < 4 ? Date.now() + 60_000 : null,
}));

/** Batches are asked for on the command line; here only their lines are looked at. */
export const batchCalls: Pick<CallHandlers, 'batches.quote' | 'batches.ask' | 'batches.lines'> = {
  'batches.quote': () => {
    throw new FolkmootError('NOT_HERE', 'Batches are asked for on the command line.');
  },
  'batches.ask': () => {
    throw new FolkmootError('NOT_HERE', 'Batches are asked for on the command line.');
  },
  'batches.lines': () => lines,
};
