import { basename, resolve } from 'node:path';
import { exactMoot, parseMoot } from '../../src-shared/domain/amounts.ts';
import type { Digest } from '../../src-shared/domain/ids.ts';
import type { Command } from './command.ts';
import { UsageError } from './exit-codes.ts';
import { atMost, withNode, type Live } from './live.ts';
import { modelFiles, sendModel } from './model-files.ts';

/** A block or two; longer where the chain is slow. */
const REGISTER_MS = 30_000;

export const modelsAdd: Command = {
  name: 'models add',
  summary: 'Add a model of your own from an ONNX file or a folder.',
  positionals: [{ name: 'PATH', about: 'the model: an ONNX file, or a folder with one and what belongs to it' }],
  options: {
    name: { type: 'string', value: 'TEXT', about: 'how people will see it' },
    description: { type: 'string', value: 'TEXT', about: 'what goes in, what comes out, how good it is' },
    register: {
      type: 'string',
      value: 'FEE',
      about: 'also register it on chain, with FEE MOOT per use for you (0 is allowed); peers get a copy',
    },
  },
  details: 'A manifest.json in the folder is taken as it is: name and description come from there.',
  async run(context) {
    const [path = ''] = context.positionals;
    const name = context.text('name');
    if (name === undefined) throw new UsageError('--name is missing: how should people see the model?');
    const register = context.text('register');
    const modelFee = register === undefined ? undefined : parseMoot(register);
    const files = modelFiles(path);
    const { digest, registered } = await withNode(context.profile, async (live) => {
      const about = { name, description: context.text('description') ?? '' };
      const sent = await sendModel(live, files);
      const added =
        'upload' in sent
          ? await live.call('models.add', { ...sent, ...about })
          : await live.call('models.addFolder', { ...sent, ...about });
      if (modelFee === undefined) return { digest: added.digest, registered: false };
      await live.call('models.register', { digest: added.digest, modelFee });
      return { digest: added.digest, registered: await onChain(live, added.digest) };
    });
    const fee = modelFee === undefined ? '' : `with ${exactMoot(modelFee)} MOOT per use`;
    const chain = registered
      ? ` It is registered, ${fee}.`
      : ` It will be registered, ${fee}, once the wallet is open and the chain answers.`;
    context.print(
      { digest, modelFee: modelFee ?? null, registered },
      `${name} (${basename(resolve(path))}) was added as ${digest}.${modelFee === undefined ? '' : chain}`,
    );
  },
};

/** The node has only taken it on; whether it is on chain shows in the model's id. Nothing happens while the wallet is closed. */
async function onChain(live: Live, digest: Digest): Promise<boolean> {
  const found = live.until((state) => {
    if (state.models.some((model) => model.digest === digest && model.id !== null)) return true;
    return state.wallet.state === 'unlocked' ? undefined : false;
  });
  return (await atMost(found, REGISTER_MS)) ?? false;
}
