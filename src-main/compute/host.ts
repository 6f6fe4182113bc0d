import { constants, setPriority } from 'node:os';
import type { Provider } from '../../src-shared/domain/machine.ts';
import { wireBytes } from '../models/tensors.ts';
import type { Channel } from '../process/channel.ts';
import { serve } from '../process/rpc.ts';
import { ComputeError } from './job.ts';
import { Linger, LINGER_MS } from './linger.ts';
import { Pace } from './pace.ts';
import { pack, unpack } from './payload.ts';
import type { LaneAnswer, LaneEvents, LaneMethods, LaneReady, LaneSetup, ModelRef, ModelUse } from './protocol.ts';
import { Rss } from './rss.ts';
import type { Runtime, Session } from './runtimes/runtime.ts';
import { modelBytes, Sessions } from './sessions.ts';

/** What an entry brings: the runtimes of its kind, opened for a place. */
export interface LaneKind {
  open(
    setup: LaneSetup,
    tell: { trying(provider: Provider): void },
  ): Promise<{ readonly ready: LaneReady; readonly runtime: Runtime; readonly mostSessions: number }>;
}

const PROGRESS_MS = 250;

/**
 * A compute lane: one process, one job at a time. While a native runtime is at work nothing here runs, not even `ping`;
 * the parent watches deadlines and kills. There is no signal handler for the same reason.
 */
export function serveLane(channel: Channel, kind: LaneKind): void {
  lowerPriority();
  const pace = new Pace();
  const rss = new Rss();
  const linger = new Linger();
  const models = new Map<number, ModelRef>();
  let inbox = '';
  let outbox = '';
  let runtime: Runtime | undefined;
  let sessions: Sessions | undefined;
  let cancel = new AbortController();
  let turn: Promise<unknown> = Promise.resolve();

  /** Calls may arrive together; runs and loads must not. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = turn.then(work);
    turn = result.catch(() => undefined);
    return result;
  };
  const modelOf = ({ id, define }: ModelUse): ModelRef => {
    if (define !== undefined) models.set(id, define);
    const model = models.get(id);
    if (model === undefined) throw new ComputeError('RUN_FAILED', 'The lane was never told of this model.');
    return model;
  };
  const sessionOf = async (model: ModelRef): Promise<Session> => {
    if (sessions === undefined) throw new ComputeError('RUN_FAILED', 'The lane was not set up.');
    if (rss.short) await sessions.trim(model);
    return sessions.get(model);
  };
  let toldAt = 0;
  const context = {
    get signal() {
      return cancel.signal;
    },
    progress(share: number) {
      const now = performance.now();
      if (now - toldAt < PROGRESS_MS && share < 1) return;
      toldAt = now;
      out.emit('progress', { share });
    },
  };
  const answer = (output: Uint8Array, elapsedMs: Float64Array, { provider }: Session): LaneAnswer => ({
    output: pack(output, outbox),
    elapsedMs,
    rssBytes: rss.bytes(),
    provider,
  });
  const timed = async (session: Session, input: Uint8Array, elapsed: Float64Array, at: number): Promise<Uint8Array> => {
    if (pace.due) await pace.rest(cancel.signal);
    const start = performance.now();
    try {
      return await session.run(input, context);
    } finally {
      const ms = performance.now() - start;
      elapsed[at] = ms;
      pace.ran(ms);
    }
  };

  const out = serve<LaneMethods, LaneEvents>(channel, {
    ping: () => 'pong',
    configure: async (setup) => {
      ({ inbox, outbox } = setup);
      pace.duty = setup.duty;
      rss.limit = setup.memoryBytes;
      const opened = await kind.open(setup, {
        trying: (provider) => out.emit('trying', { provider }),
      });
      runtime = opened.runtime;
      sessions = new Sessions(runtime, setup.sessionBytes, opened.mostSessions);
      return opened.ready;
    },
    direct: ({ duty }) => {
      pace.duty = duty;
      return { duty };
    },
    limit: (bounds) => {
      rss.limit = bounds.memoryBytes;
      return inTurn(async () => {
        await sessions?.limitTo(bounds.sessionBytes);
        return { rssBytes: process.memoryUsage.rss() };
      });
    },
    cancel: () => {
      cancel.abort();
      return null;
    },
    run: ({ model: use, count, input }) =>
      inTurn(async () => {
        cancel = new AbortController();
        const model = modelOf(use);
        const all = unpack(input, inbox, true);
        const session = await sessionOf(model);
        const elapsedMs = new Float64Array(count);
        if (count === 1) {
          const output = await timed(session, all, elapsedMs, 0);
          // Whoever sends one small job waits for it and may send the next.
          if ((elapsedMs[0] as number) < LINGER_MS && pace.duty === 1) linger.touch();
          return answer(output, elapsedMs, session);
        }
        const [from, to] = [wireBytes(model.inputs), wireBytes(model.outputs)];
        const output = new Uint8Array(to * count);
        if (pace.due) await pace.rest();
        if (session.batch === undefined) {
          for (let at = 0; at < count; at++)
            output.set(await timed(session, all.subarray(at * from, (at + 1) * from), elapsedMs, at), at * to);
        } else
          await session.batch(all, count, output, elapsedMs, (ms) => {
            pace.ran(ms);
            return pace.due ? pace.rest() : undefined;
          });
        return answer(output, elapsedMs, session);
      }),
    steps: ({ model: use, input, feed, count, from, every }) =>
      inTurn(async () => {
        cancel = new AbortController();
        const model = modelOf(use);
        let state = unpack(input, inbox, true);
        const session = await sessionOf(model);
        const elapsed = new Float64Array(1);
        let total = 0;
        for (let step = from + 1; ; step++) {
          const output = await timed(session, state, elapsed, 0);
          total += elapsed[0] as number;
          if (step >= count) return answer(output, Float64Array.of(total), session);
          if (session.feed === undefined) throw new ComputeError('RUN_FAILED', 'This model cannot be run in steps.');
          state = session.feed(state, output, feed);
          if (step % every === 0) out.emit('checkpoint', { step, state: pack(state, outbox) });
        }
      }),
    trace: ({ model: use, input, tensors }) =>
      inTurn(async () => {
        const model = modelOf(use);
        if (runtime?.trace === undefined) throw new ComputeError('RUN_FAILED', 'This model has no inside to look at.');
        const wire = unpack(input, inbox, true);
        const start = performance.now();
        const found = await runtime.trace(await modelBytes(model), model, wire, tensors);
        const elapsedMs = performance.now() - start;
        pace.ran(elapsedMs);
        return { tensors: found, elapsedMs, rssBytes: rss.bytes() };
      }),
  });
}

function lowerPriority(): void {
  try {
    // The person's own programs come first, whatever the policy says.
    setPriority(constants.priority.PRIORITY_LOW);
  } catch {
    console.error('lane: the priority could not be lowered');
  }
}
