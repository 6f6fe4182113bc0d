import { constants, setPriority } from 'node:os';
import type { LaneEvents, LaneMethods } from './compute/protocol.ts';
import { onnxRuntime } from './compute/runtimes/onnx.ts';
import { Sessions } from './compute/sessions.ts';
import { parentChannel } from './process/channel.ts';
import { serve } from './process/rpc.ts';

/**
 * A compute lane: one process, one job at a time. While the runtime is at work nothing here runs, not even `ping`; the
 * parent watches deadlines and kills. There is no signal handler for the same reason.
 */
try {
  // The person's own programs come first, whatever the policy says.
  setPriority(constants.priority.PRIORITY_LOW);
} catch {
  console.error('lane: the priority could not be lowered');
}

const sessions = new Sessions(onnxRuntime, 256 * 1024 * 1024);
let turn: Promise<unknown> = Promise.resolve();

/** Calls may arrive together; runs and loads must not. */
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const result = turn.then(work);
  turn = result.catch(() => undefined);
  return result;
}

serve<LaneMethods, LaneEvents>(parentChannel(), {
  ping: () => 'pong',
  configure: ({ sessionBytes }) => {
    sessions.limit = sessionBytes;
    return null;
  },
  run: ({ model, inputs }) =>
    inTurn(async () => {
      const session = await sessions.get(model);
      const outputs: Uint8Array[] = [];
      const elapsedMs: number[] = [];
      for (const input of inputs) {
        const start = performance.now();
        outputs.push(await session.run(input));
        elapsedMs.push(performance.now() - start);
      }
      return { outputs, elapsedMs, rssBytes: process.memoryUsage.rss() };
    }),
});
