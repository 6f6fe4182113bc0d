import { exactMoot } from '../../src-shared/domain/amounts.ts';
import type { TaskView } from '../../src-shared/domain/tasks.ts';
import type { Command } from './command.ts';
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
      const shown = waits && !isDone(now, final) ? await answered(live, key, final, timeoutMs) : now;
      context.print(factsOf(shown), waits ? describeAnswer(shown) : describeTask(shown));
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
export function factsOf({ key, id, state, answer, resultDigest, solver, seats }: TaskView): object {
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
  return final ? one.state === 'final' : one.answer !== null;
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

export function describeAnswer({ answer }: TaskView): string {
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
