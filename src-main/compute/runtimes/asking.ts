import type { LaneKind } from '../host.ts';
import { ComputeError } from '../job.ts';
import { cogRuntime } from './cog.ts';
import { openaiRuntime } from './openai.ts';

/** Models of servers: no native code, no files, only the network. */
export const askingKind: LaneKind = {
  open: async () => ({
    ready: { provider: null, notes: [] },
    runtime: {
      name: 'openai',
      load: (bytes, model) => {
        if (model.runtime === 'openai') return openaiRuntime.load(bytes, model);
        if (model.runtime === 'cog') return cogRuntime.load(bytes, model);
        throw new ComputeError('RUN_FAILED', `A lane that asks servers does not run ${model.runtime}.`);
      },
    },
    mostSessions: Number.POSITIVE_INFINITY,
  }),
};
