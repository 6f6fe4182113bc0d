import type { CallHandlers } from '../../src-shared/bridge/host.ts';
import { FolkmootError } from '../../src-shared/domain/errors.ts';
import type { Digest } from '../../src-shared/domain/ids.ts';
import type { DeterminismTest } from '../../src-shared/domain/machine.ts';
import { embedding } from '../compute/servers/openai-server.ts';
import { readFolder } from '../models/folder.ts';
import { isTextFolder, textFolder } from '../models/text-folder.ts';
import { openaiModel, type MadeModel } from '../models/text-models.ts';
import { modelOfCog } from './container-calls.ts';
import { handedFiles, lookInto } from './model-looks.ts';
import type { NetworkParts } from './network-parts.ts';
import type { Runtime } from './runtime.ts';
import { testModel } from './self-tests.ts';

type Calls = Pick<
  CallHandlers,
  | 'models.optIn'
  | 'models.inspect'
  | 'models.addFolder'
  | 'models.remove'
  | 'models.selfTest'
  | 'models.servers'
  | 'models.addServer'
  | 'models.removeServer'
  | 'models.addFromServer'
>;

const MAX_TOKENS = 1_024;

/** What the bridge asks about models. @param parts throws while the node starts */
export function modelCalls(runtime: Runtime, parts: () => NetworkParts): Calls {
  const author = (): string => runtime.wallet.view().address ?? '';
  const test = (digest: Digest): Promise<DeterminismTest> => testModel(runtime, parts(), digest);
  const place = async ({ manifest, bytes }: MadeModel, url: string): Promise<{ digest: Digest }> => {
    const { digest } = await runtime.library.addMade(manifest, bytes);
    parts().servers.bind(digest, url);
    parts().readiness.forget(digest);
    await runtime.reloadModels();
    return { digest };
  };
  return {
    'models.optIn': async ({ digest, on }) => {
      const { catalogue, readiness } = parts();
      if (on && catalogue.needsTest(digest) && !(await test(digest)).passed) {
        throw new FolkmootError(
          'NOT_DETERMINISTIC',
          'This model does not give the same bytes each time on this machine.',
          {
            remedy: 'Leave it to others: a result that differs from theirs loses its deposit.',
          },
        );
      }
      catalogue.setPreference(digest, { optedIn: on });
      readiness.forget(digest);
      return runtime.modelsChanged();
    },
    'models.inspect': (of) => lookInto(of, runtime.uploads, runtime.library),
    'models.addFolder': async ({ files, name, description }) => {
      const handed = handedFiles(files, runtime.uploads);
      if (isTextFolder(handed)) {
        const { manifest, bytes } = textFolder(handed, { name, description, author: author() });
        const { digest } = await runtime.library.addMade(manifest, bytes);
        for (const { upload } of files) runtime.uploads.drop(upload);
        await runtime.reloadModels();
        return { digest };
      }
      const read = readFolder(handed);
      const words = { name, description, author: author(), license: 'unstated' };
      const { digest } =
        read.manifest === null
          ? await runtime.library.add(read.bytes, words)
          : await runtime.library.addPublished(read.manifest, read.bytes);
      for (const { upload } of files) runtime.uploads.drop(upload);
      await runtime.reloadModels();
      return { digest };
    },
    'models.remove': async ({ digest }) => {
      const model = parts().catalogue.local(digest);
      if (model.builtIn)
        throw new FolkmootError('MODEL_BUILT_IN', 'Models that come with Folkmoot stay; switch it off instead.');
      if (runtime.pool.uses(model.manifest.file.digest) || parts().tasks.works.uses(digest))
        throw new FolkmootError('MODEL_IN_USE', `${model.manifest.name} is being worked with.`, {
          remedy: 'Switch it off, wait for the work in hand, and remove it then.',
        });
      parts().catalogue.setPreference(digest, { optedIn: false });
      await runtime.library.remove(digest);
      await runtime.reloadModels();
      return null;
    },
    'models.selfTest': ({ digest }) => test(digest),
    'models.servers': () => parts().servers.views(),
    'models.addServer': async ({ url, kind }) => {
      const server = await parts().servers.add(url, kind);
      parts().readiness.forget();
      return server;
    },
    'models.removeServer': ({ url }) => {
      parts().servers.remove(url);
      parts().readiness.forget();
      return runtime.modelsChanged();
    },
    'models.addFromServer': async ({ url, model, name }) => {
      const server = parts().servers.get(url);
      const words = { name, author: author(), description: '' };
      if (server.kind === 'cog') return place(await modelOfCog(server.url, null, words), server.url);
      const openai = { model, kind: 'chat', system: '', maxTokens: MAX_TOKENS } as const;
      if (!/embed/i.test(model)) return place(openaiModel(openai, words), server.url);
      // How long its vectors are is nowhere said: it is asked for one.
      const vectors = { ...openai, kind: 'embeddings' } as const;
      const { length } = await embedding(server.url, vectors, 'length');
      return place(openaiModel(vectors, words, length), server.url);
    },
  };
}
