import { byteSize, count } from '../../src-shared/domain/format.ts';
import type { DeterminismTest, ModelInspection } from '../../src-shared/domain/machine.ts';
import type { Command } from './command.ts';
import { findModel } from './find-model.ts';
import { withNode } from './live.ts';
import { isPath, modelFiles, sendModel } from './model-files.ts';

const MODEL = { name: 'MODEL', about: 'its name, or the first digits of its digest' };

export const modelsInspect: Command = {
  name: 'models inspect',
  summary: 'Show what is in a model, before it is added or afterwards; nothing is run.',
  positionals: [
    {
      name: 'WHAT',
      about: 'an ONNX file, a folder, or a model of this node by name or the first digits of its digest',
    },
  ],
  details: 'Where a file and a model have the same name, the file is meant.',
  async run(context) {
    const [what = ''] = context.positionals;
    const files = isPath(what) ? modelFiles(what) : null;
    const found = await withNode(context.profile, async (live) =>
      live.call(
        'models.inspect',
        files === null ? { digest: findModel(live.state().models, what).digest } : await sendModel(live, files),
      ),
    );
    context.print(found, describeInspection(found));
  },
};

export const modelsTest: Command = {
  name: 'models test',
  summary: 'Run an exact model in several ways on this machine: does it give the same bytes each time?',
  positionals: [MODEL],
  async run(context) {
    const [name = ''] = context.positionals;
    const test = await withNode(context.profile, (live) =>
      live.call('models.selfTest', { digest: findModel(live.state().models, name).digest }),
    );
    context.print(test, describeTest(test));
  },
};

export const modelsRemove: Command = {
  name: 'models remove',
  summary: 'Delete a model from this machine.',
  positionals: [MODEL],
  details:
    'It is not solved here any more; what it earned stays. A model that nobody registered is gone without a copy of your own.',
  async run(context) {
    const [wanted = ''] = context.positionals;
    const { digest, name, id, bytes } = await withNode(context.profile, async (live) => {
      const model = findModel(live.state().models, wanted);
      await live.call('models.remove', { digest: model.digest });
      return model;
    });
    const back = id === null ? '' : ` It is registered: “folkmoot models get ${id}” fetches it again.`;
    context.print({ digest, name, removed: true }, `${name} was removed, ${byteSize(bytes)}.${back}`);
  },
};

function describeInspection(found: ModelInspection): string {
  const { ops, nodes, parameters, memoryEstimate, inputs, outputs, problems } = found;
  return [
    ...problems.map((problem) => `! ${problem}`),
    `size       ${count(parameters, 'parameter')} in ${count(nodes, 'step')}`,
    `memory     at least ${(memoryEstimate / 1024 ** 2).toFixed(1)} MiB`,
    `operators  ${ops.join(', ')}`,
    `takes      ${inputs.join('; ')}`,
    `gives      ${outputs.join('; ')}`,
  ].join('\n');
}

function describeTest({ passed, runs }: DeterminismTest): string {
  return [
    passed
      ? `Gave the same bytes in ${count(runs.length, 'way')}.`
      : `! Gave different bytes in ${count(runs.length, 'way')}, so this machine must not solve it.`,
    ...runs.map(({ how, digest }) => `  ${how}: ${digest}`),
  ].join('\n');
}
