import { exactMoot } from '../../src-shared/domain/amounts.ts';
import type { Answer, BatchProgress, LineView, TaskView } from '../../src-shared/domain/tasks.ts';
import type { Command, Context } from './command.ts';
import { parseDuration } from './duration.ts';
import { NoAnswerError } from './exit-codes.ts';
import { atMost, withNode, type Live } from './live.ts';

const KEY = { name: 'KEY', about: 'of the task, as “folkmoot ask --no-wait” printed it' };

export const task: Command = {
  name: 'task',
  summary: 'Show a task by its key, or wait for its answer.',
  positionals: [KEY],
  options: {
    wait: { type: 'boolean', about: 'wait for the answer' },
    final: { type: 'boolean', about: 'wait until the answer is final and the solver is paid' },
    timeout: { type: 'string', value: 'TIME', about: 'stop waiting after TIME, such as 90s or 10m; the task goes on' },
  },
  async run(context) {
    const [key = ''] = context.positionals;
    const time = context.text('timeout');
    const timeoutMs = time === undefined ? undefined : parseDuration(time);
    const final = context.flag('final') === true;
    await withNode(context.profile, async (live) => {
      const now = await live.call('tasks.get', { key });
      const waits = final || context.flag('wait') === true;
      if (now.batch !== undefined) {
        const shown = waits ? await follow(context, live, key, final, timeoutMs) : now;
        return context.print(factsOf(shown), describeTask(shown));
      }
      const shown = waits && !isDone(now, final) ? await answered(live, key, final, timeoutMs) : now;
      return context.print(factsOf(shown), waits ? describeAnswer(shown) : describeTask(shown));
    });
  },
};

export const takeBack: Command = {
  name: 'take-back',
  summary: 'Take the money of a task back that nobody answered in time.',
  positionals: [KEY],
  async run(context) {
    const [key = ''] = context.positionals;
    await withNode(context.profile, (live) => live.call('tasks.retract', { key }));
    context.print({ key }, `The money is asked back. “folkmoot task ${key}” says when it is here.`);
  },
};

/** What a program is told about a task. */
export function factsOf({ key, id, state, answer, resultDigest, solver, batch, seats }: TaskView): object {
  if (batch !== undefined) return { key, state, ...batch };
  return { key, id, state, answer, resultDigest, solver, ...(seats === null ? {} : { seats }) };
}

/** @throws NoAnswerError `REFUNDED`, `TASK_FAILED` where no answer will come any more. */
function isDone(one: TaskView, final: boolean): boolean {
  if (one.state === 'refunded')
    throw new NoAnswerError(
      'REFUNDED',
      one.seats === null ? `Nobody answered; the money came back. ${one.reason}` : `No answer: ${one.reason}`,
    );
  if (one.state === 'failed') throw new NoAnswerError('TASK_FAILED', one.reason);
  if (one.batch !== undefined) return isBatchDone(one.batch, final);
  return final ? one.state === 'final' : one.answer !== null;
}

/** What nobody solved is over once its money is back. */
function isBatchDone({ items, answered: there, final: over, back }: BatchProgress, final: boolean): boolean {
  return there >= items - back && (!final || over === items);
}

/** @throws NoAnswerError `REFUNDED`, `TASK_FAILED`, `WAITED_TOO_LONG`. */
export async function answered(
  live: Live,
  key: string,
  final: boolean,
  timeoutMs: number | undefined,
): Promise<TaskView> {
  const done = live.until((state) => {
    const found = state.tasks.find((one) => one.key === key);
    return found !== undefined && isDone(found, final) ? found : undefined;
  });
  const found = await atMost(done, timeoutMs);
  if (found !== undefined) return found;
  throw new NoAnswerError('WAITED_TOO_LONG', 'No answer yet; the task goes on.', {
    remedy: `“folkmoot task ${key}” and the interface show how it goes.`,
  });
}

/** Prints the lines of a batch as they are answered. @throws NoAnswerError `REFUNDED`, `TASK_FAILED`, `WAITED_TOO_LONG`. */
export async function follow(
  context: Context,
  live: Live,
  key: string,
  final: boolean,
  timeoutMs: number | undefined,
): Promise<TaskView> {
  const shown = new Set<number>();
  const print = async (): Promise<void> => {
    for (const line of await live.call('batches.lines', { key })) {
      if (line.answer === null || shown.has(line.item)) continue;
      shown.add(line.item);
      context.print(lineFacts(line), `${line.item + 1}\t${describeAnswer(line)}`);
    }
  };
  const all = async (): Promise<TaskView> => {
    for (;;) {
      const task = await live.until(({ tasks }) => {
        const found = tasks.find((one) => one.key === key);
        if (found === undefined) return undefined;
        return isDone(found, final) || (found.batch?.answered ?? 0) > shown.size ? found : undefined;
      });
      await print();
      if (isDone(task, final)) return task;
    }
  };
  const task = await atMost(all(), timeoutMs);
  if (task !== undefined) return task;
  throw new NoAnswerError('WAITED_TOO_LONG', 'Not all lines are answered yet; the batch goes on.', {
    remedy: `“folkmoot task ${key} --wait” goes on waiting.`,
  });
}

/** What a program is told about a line; counted from one, as in the file. */
function lineFacts({ item, state, answer, resultDigest, solver }: LineView): object {
  return { line: item + 1, state, answer, resultDigest, solver };
}

export function describeAnswer({ answer }: { readonly answer: Answer | null }): string {
  const [best, ...rest] = answer?.shares ?? [];
  if (best === undefined) return answer?.text ?? '';
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  const others = rest.slice(0, 2).map(({ label, share }) => `${label} ${percent(share)}`);
  return `${answer?.text ?? best.label}  (${[percent(best.share), ...others].join(', ')})`;
}

function describeTask(one: TaskView): string {
  const lines = [`${one.model.name}: ${one.state}. ${one.reason}`.trimEnd()];
  lines.push(`  fee      ${exactMoot(one.fee)} MOOT, model ${exactMoot(one.modelFee)} MOOT`);
  if (one.answer !== null) lines.push(`  answer   ${describeAnswer(one)}`);
  if (one.retractAt !== null)
    lines.push(
      `  from ${new Date(one.retractAt).toISOString()} on, “folkmoot take-back ${one.key}” brings the money back`,
    );
  return lines.join('\n');
}
