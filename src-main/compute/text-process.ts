import { parentChannel } from '../process/channel.ts';
import { serveLane } from './host.ts';
import { transformersRuntime } from './runtimes/transformers.ts';

/** Entry of a lane that runs text models with their tokenizers. */
serveLane(parentChannel(), {
  open: async ({ outbox }) => ({
    ready: { provider: 'cpu', notes: [] },
    runtime: transformersRuntime(outbox),
    mostSessions: 4,
  }),
});
