import { exactMoot, parseMoot, shortMoot } from '../../src-shared/domain/amounts.ts';
import { readModelId } from '../../src-shared/domain/model-id.ts';
import type { ModelView } from '../../src-shared/domain/models.ts';
import type { Digest } from '../../src-shared/domain/ids.ts';
import type { Command, Context } from './command.ts';
import { UsageError } from './exit-codes.ts';
import { findModel } from './find-model.ts';
import { withNode } from './live.ts';

const MODEL = { name: 'MODEL', about: 'its name, or the first digits of its digest' };

export const modelsList: Command = {
  name: 'models list',
  summary: 'List the models this node knows.',
  async run(context) {
    await withNode(context.profile, async (live) => {
      const { models } = live.state();
      if (context.json) for (const model of models) context.print(model, '');
      else
        context.terminal.out(models.length === 0 ? 'This node knows no model yet.' : models.map(describe).join('\n'));
    });
  },
};

function describe(model: ModelView): string {
  const facts = [
    model.digest.slice(0, 10),
    model.input.kind,
    model.class,
    `asks ${shortMoot(model.suggestedFee)} + ${shortMoot(model.modelFee)} MOOT`,
    model.optedIn ? 'solved here' : 'not solved here',
  ];
  return `${model.name}\n  ${facts.join(', ')}${model.problem === null ? '' : `\n  ! ${model.problem}`}`;
}

async function opt(context: Context, on: boolean): Promise<void> {
  const typed = context.text('min-fee');
  const minFee = typed === undefined ? undefined : parseMoot(typed);
  const model = await withNode(context.profile, async (live) => {
    const found = findModel(live.state().models, context.positionals[0] ?? '');
    // The limit first, so that nothing below it is taken up in between.
    if (minFee !== undefined) await live.call('models.setMinFee', { digest: found.digest, minFee });
    await live.call('models.optIn', { digest: found.digest, on });
    return found;
  });
  const limit = minFee === undefined ? '' : ` that pay ${exactMoot(minFee)} MOOT or more`;
  context.print(
    { digest: model.digest, optedIn: on, ...(minFee !== undefined && { minFee }) },
    on
      ? `This machine now solves tasks of ${model.name}${limit}.`
      : `This machine leaves tasks of ${model.name} to others.`,
  );
}

export const modelsOptIn: Command = {
  name: 'models opt-in',
  summary: 'Solve tasks of a model on this machine.',
  positionals: [MODEL],
  options: { 'min-fee': { type: 'string', value: 'MOOT', about: 'leave tasks that pay the solver less to others' } },
  run: (context) => opt(context, true),
};

export const modelsOptOut: Command = {
  name: 'models opt-out',
  summary: 'Leave tasks of a model to others.',
  positionals: [MODEL],
  run: (context) => opt(context, false),
};

export const modelsGet: Command = {
  name: 'models get',
  summary: 'Bring a model that somebody registered to this machine.',
  positionals: [
    { name: 'ID', about: 'its id on chain, the digest of its manifest (0x and 64 digits), or its CID (bafk…)' },
  ],
  async run(context) {
    const named = readModelId(context.positionals[0] ?? '');
    if (named === null)
      throw new UsageError('The id is 0x and 64 hexadecimal digits, or a CID of version 1 in base32.');
    const { digest, name } = await withNode(context.profile, (live) =>
      live.call('models.fetch', { model: named as Digest }),
    );
    context.print({ digest, name }, `${name} is here, as ${digest}. Allow it with “folkmoot models opt-in”.`);
  },
};
