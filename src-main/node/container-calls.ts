import type { CallHandlers } from '../../src-shared/bridge/host.ts';
import { FolkmootError } from '../../src-shared/domain/errors.ts';
import type { Digest } from '../../src-shared/domain/ids.ts';
import { cogSchemaOf } from '../compute/servers/cog-server.ts';
import { cogModel, type MadeModel, type TextModelWords } from '../models/text-models.ts';
import type { NetworkParts } from './network-parts.ts';
import type { Runtime } from './runtime.ts';

type Calls = Pick<
  CallHandlers,
  | 'containers.look'
  | 'containers.add'
  | 'containers.remove'
  | 'containers.start'
  | 'containers.stop'
  | 'containers.addModel'
>;

/** What the bridge asks about containers. @param parts throws while the node starts */
export function containerCalls(runtime: Runtime, parts: () => NetworkParts): Calls {
  /** The person changed something: what failed before is worth a try at once. */
  const changed = (): null => (parts().readiness.forget(), null);
  return {
    'containers.look': async () => (await parts().containers.look(), null),
    'containers.add': async ({ image }) => (await parts().containers.add(image), changed()),
    'containers.remove': async ({ image }) => {
      await parts().containers.remove(image);
      return runtime.modelsChanged();
    },
    'containers.start': async ({ image }) => (await parts().containers.startOne(image), changed()),
    'containers.stop': async ({ image }) => (await parts().containers.stopOne(image), null),
    'containers.addModel': async ({ image, name }): Promise<{ digest: Digest }> => {
      const words = { name, author: runtime.wallet.view().address ?? '', description: '' };
      const { manifest, bytes } = await parts().containers.use(image, undefined, (url) =>
        modelOfCog(url, image, words),
      );
      const { digest } = await runtime.library.addMade(manifest, bytes);
      await runtime.reloadModels();
      return { digest };
    },
  };
}

/**
 * Asks a Cog server which inputs it takes and makes a model of it.
 * @param image names the image to whoever gets the model; null: which server has it is this machine's own affair
 * @throws FolkmootError `MODEL_REFUSED`, and what asking the server does
 */
export async function modelOfCog(url: string, image: string | null, words: TextModelWords): Promise<MadeModel> {
  const { digest: schema, inputs, texts } = await cogSchemaOf(url);
  const prompt = ['prompt', 'text', 'input'].find((input) => texts.includes(input));
  if (prompt === undefined)
    throw new FolkmootError(
      'MODEL_REFUSED',
      'The container takes no text: none of its inputs called prompt, text or input is plain text.',
    );
  const seed = inputs.includes('seed') ? 'seed' : null;
  return cogModel({ image, schema, prompt, seed, constants: {} }, words);
}
