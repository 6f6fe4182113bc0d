import { parentChannel } from '../process/channel.ts';
import { serve } from '../process/rpc.ts';
import type { ProbeEvents, ProbeMethods } from './protocol.ts';
import { secondOpinion } from './second-opinion.ts';
import { Sensors } from './sensors.ts';

/**
 * Asks the machine what it is and how it is. An own process: some of these questions block, and some never return.
 * What is only needed once is loaded only then.
 */
const sensors = new Sensors();

serve<ProbeMethods, ProbeEvents>(parentChannel(), {
  facts: async ({ folder }) => {
    const { readFacts } = await import('./facts.ts');
    return readFacts(folder);
  },
  secondOpinion: () => secondOpinion(),
  read: (input) => sensors.read(input),
});
