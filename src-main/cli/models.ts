import { shortMoot } from '../../src-shared/domain/amounts.ts';
import type { ModelView } from '../../src-shared/domain/models.ts';
import type { Command, Context } from './command.ts';
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
  const model = await withNode(context.profile, async (live) => {
    const found = findModel(live.state().models, context.positionals[0] ?? '');
    await live.call('models.optIn', { digest: found.digest, on });
    return found;
  });
  context.print(
    { digest: model.digest, optedIn: on },
    on ? `This machine now solves tasks of ${model.name}.` : `This machine leaves tasks of ${model.name} to others.`,
  );
}

export const modelsOptIn: Command = {
  name: 'models opt-in',
  summary: 'Solve tasks of a model on this machine.',
  positionals: [MODEL],
  run: (context) => opt(context, true),
};

export const modelsOptOut: Command = {
  name: 'models opt-out',
  summary: 'Leave tasks of a model to others.',
  positionals: [MODEL],
  run: (context) => opt(context, false),
};
