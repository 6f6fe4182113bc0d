import type { CallHandlers } from '../../src-shared/bridge/host.ts';
import { FolkmootError } from '../../src-shared/domain/errors.ts';
import type { Digest } from '../../src-shared/domain/ids.ts';
import type { DeterminismTest, ServerView } from '../../src-shared/domain/machine.ts';
import { digest } from './fixtures.ts';
import type { World } from './handlers.ts';

type LibraryCall =
  | 'models.inspect'
  | 'models.addFolder'
  | 'models.remove'
  | 'models.selfTest'
  | 'models.servers'
  | 'models.addServer'
  | 'models.removeServer'
  | 'models.addFromServer';

export const SERVERS: readonly ServerView[] = [
  {
    url: 'http://127.0.0.1:11434',
    kind: 'openai',
    state: 'reachable',
    models: ['llama3.2:3b', 'nomic-embed-text:latest', 'qwen2.5-coder:7b-instruct-q4_K_M'],
    detail: 'Answered in 14 ms.',
  },
  { url: 'http://192.168.1.40:5000', kind: 'cog', state: 'gone', models: [], detail: 'Refuses the connection.' },
];

/** Models and model servers of the pretended machine. */
export function libraryCalls(world: World): Pick<CallHandlers, LibraryCall> {
  let servers: readonly ServerView[] = world.snapshot.models.length > 3 ? SERVERS : [];
  const find = (of: Digest) => {
    const found = world.snapshot.models.find((each) => each.digest === of);
    if (found === undefined) throw new FolkmootError('NO_MODEL', 'There is no such model.');
    return found;
  };
  return {
    'models.inspect': (of) => {
      if ('files' in of) throw incomplete();
      return {
        ops: ['Conv', 'Relu', 'MaxPool', 'Gemm', 'Softmax'],
        nodes: 41,
        parameters: 6_612,
        memoryEstimate: 48 * 1024 ** 2,
        inputs: ['image float32[1, 1, 28, 28]'],
        outputs: ['scores float32[1, 10]'],
        problems: [],
      };
    },
    'models.addFolder': () => {
      throw incomplete();
    },
    'models.remove': ({ digest: of }) => {
      find(of);
      world.emit({ slice: 'models', value: world.snapshot.models.filter((each) => each.digest !== of) });
      return null;
    },
    'models.selfTest': ({ digest: of }) => {
      find(of);
      const test: DeterminismTest = {
        model: of,
        passed: true,
        runs: ['cpu none', 'cpu all', 'webgpu', 'cuda'].map((how) => ({ how, digest: digest('same') })),
        at: Date.now(),
      };
      return new Promise((resolve) =>
        setTimeout(() => {
          world.emit({
            slice: 'models',
            value: world.snapshot.models.map((each) => (each.digest === of ? { ...each, determinism: test } : each)),
          });
          resolve(test);
        }, 600).unref(),
      );
    },
    'models.servers': () => servers,
    'models.addServer': ({ url, kind }) => {
      if (url.includes('example'))
        throw new FolkmootError('SERVER_NOT_LOCAL', 'This server is not on this machine or in its network.', {
          remedy: 'Use an address such as http://127.0.0.1:11434.',
        });
      const server: ServerView = { url, kind, state: 'reachable', models: ['mistral:7b'], detail: 'Answered in 9 ms.' };
      servers = [...servers, server];
      return server;
    },
    'models.removeServer': ({ url }) => {
      servers = servers.filter((each) => each.url !== url);
      return null;
    },
    'models.addFromServer': ({ name }) => {
      const base = world.snapshot.models[0];
      if (base === undefined) throw new FolkmootError('NO_MODEL', 'There is no such model.');
      const added = {
        ...base,
        digest: digest(name),
        name,
        author: 'you',
        builtIn: false,
        id: null,
        optedIn: false,
        bytes: 0,
        runtime: 'openai' as const,
        class: 'jury' as const,
        description: 'Runs on a server of yours.',
      };
      world.emit({ slice: 'models', value: [...world.snapshot.models, added] });
      return { digest: added.digest };
    },
  };
}

function incomplete(): FolkmootError {
  return new FolkmootError('MODEL_REFUSED', 'The weights file “model.onnx_data” is missing.', {
    remedy: 'Choose the folder that has both files.',
  });
}
