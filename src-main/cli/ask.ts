import { exactMoot, parseMoot } from '../../src-shared/domain/amounts.ts';
import { ASSURANCES, MAX_LINES } from '../../src-shared/domain/tasks.ts';
import { askLines } from './ask-lines.ts';
import type { Command } from './command.ts';
import { parseDuration } from './duration.ts';
import { RefusedError, UsageError } from './exit-codes.ts';
import { findModel } from './find-model.ts';
import { withNode } from './live.ts';
import { prepareInput } from './task-input.ts';
import { answered, describeAnswer, factsOf } from './task.ts';
import { upload } from './upload.ts';

export const ask: Command = {
  name: 'ask',
  summary: 'Ask the network to run a model on your input, and print the answer.',
  positionals: [
    { name: 'MODEL', about: 'its name, or the first digits of its digest' },
    {
      name: 'INPUT',
      optional: true,
      about:
        'text for text models, numbers with commas for tables, else a file (pictures: PGM or raw bytes); - reads standard input',
    },
  ],
  options: {
    lines: {
      type: 'string',
      value: 'FILE',
      about: `ask all lines of FILE as one batch, at most ${MAX_LINES}; each as INPUT or as a JSON string; - reads standard input`,
    },
    assurance: {
      type: 'string',
      value: 'CLASS',
      about: `how closely the result is checked: ${ASSURANCES.join(', ')} (three machines must agree, and each is paid the fee)`,
    },
    fee: {
      type: 'string',
      value: 'MOOT',
      about: 'what you offer whoever solves it, with --lines each line (else what is usual for the model)',
    },
    wait: {
      type: 'boolean',
      about: 'wait for the answer (the default); --no-wait prints the key of the task and returns',
    },
    final: { type: 'boolean', about: 'wait until the answer is final and the solver is paid' },
    timeout: { type: 'string', value: 'TIME', about: 'stop waiting after TIME, such as 90s or 10m; the task goes on' },
    invert: { type: 'boolean', about: 'the picture is dark ink on light paper' },
  },
  details: `
The money is taken from what you have prepaid; if nobody answers in time
“folkmoot take-back” brings it back.

Examples:
  folkmoot ask "Digit reader" seven.pgm
  folkmoot ask "Language guesser" "Guten Morgen, wie geht es dir?" --fee 0.2 --final
  folkmoot ask "Language guesser" --lines letters.txt --json`,
  async run(context) {
    const [wanted = '', text] = context.positionals;
    const list = context.text('lines');
    if ((text === undefined) === (list === undefined)) throw new UsageError('Give one INPUT, or --lines FILE.');
    if (list !== undefined && context.text('assurance') !== undefined)
      throw new UsageError('Lines are asked without paid checks: leave out --assurance.');
    const typedFee = context.text('fee');
    const fee = typedFee === undefined ? undefined : parseMoot(typedFee);
    const assurance = ASSURANCES.find((each) => each === (context.text('assurance') ?? 'basic'));
    if (assurance === undefined) throw new UsageError(`Say ${ASSURANCES.join(', ')}.`);
    const time = context.text('timeout');
    const timeoutMs = time === undefined ? undefined : parseDuration(time);
    await withNode(context.profile, async (live) => {
      const model = findModel(live.state().models, wanted);
      if (list !== undefined)
        return askLines(context, live, model, { list, fee: fee ?? model.suggestedFee, timeoutMs });
      const input = await prepareInput(model, text ?? '', context.terminal, context.flag('invert') === true);
      const offer = { model: model.digest, fee: fee ?? model.suggestedFee, assurance };
      const quote = await live.call('tasks.quote', offer);
      if (quote.obstacle !== null) throw new RefusedError('OBSTACLE', quote.obstacle);
      const { key } = await live.call('tasks.ask', {
        ...offer,
        input: input.kind === 'bytes' ? { kind: 'upload', upload: await upload(live, input.bytes) } : input,
      });
      if (context.flag('wait') === false) return context.print({ key }, key);
      if (!context.json)
        context.terminal.err(`Asked ${model.name} for ${exactMoot(quote.total)} MOOT in all. Waiting …`);
      const task = await answered(live, key, context.flag('final') === true, timeoutMs);
      return context.print(factsOf(task), describeAnswer(task));
    });
  },
};
