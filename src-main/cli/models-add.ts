import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { exactMoot, parseMoot } from '../../src-shared/domain/amounts.ts';
import type { Command } from './command.ts';
import { UsageError } from './exit-codes.ts';
import { withNode } from './live.ts';
import { upload } from './upload.ts';

export const modelsAdd: Command = {
  name: 'models add',
  summary: 'Add a model of your own from an ONNX file.',
  positionals: [{ name: 'FILE', about: 'the model, an ONNX file' }],
  options: {
    name: { type: 'string', value: 'TEXT', about: 'how people will see it' },
    description: { type: 'string', value: 'TEXT', about: 'what goes in, what comes out, how good it is' },
    register: {
      type: 'string',
      value: 'FEE',
      about: 'also register it on chain, with FEE MOOT per use for you (0 is allowed); peers get a copy',
    },
  },
  async run(context) {
    const [file = ''] = context.positionals;
    const name = context.text('name');
    if (name === undefined) throw new UsageError('--name is missing: how should people see the model?');
    const register = context.text('register');
    const modelFee = register === undefined ? undefined : parseMoot(register);
    const bytes = readModel(file);
    const digest = await withNode(context.profile, async (live) => {
      const added = await live.call('models.add', {
        upload: await upload(live, bytes),
        name,
        description: context.text('description') ?? '',
      });
      if (modelFee !== undefined) await live.call('models.register', { digest: added.digest, modelFee });
      return added.digest;
    });
    const registered = modelFee === undefined ? '' : ` It is registered, with ${exactMoot(modelFee)} MOOT per use.`;
    context.print(
      { digest, modelFee: modelFee ?? null },
      `${name} (${basename(file)}) was added as ${digest}.${registered}`,
    );
  },
};

function readModel(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new UsageError(`The model cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
  }
}
