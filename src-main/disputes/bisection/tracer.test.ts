import { setImmediate } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import type { Address, Digest, TaskId } from '../../../src-shared/domain/ids.ts';
import type { ChainDispute } from '../../chain/disputes-projection.ts';
import { ComputeError } from '../../compute/job.ts';
import { TraceError } from '../../compute/verification/trace.ts';
import type { UsableModel } from '../../models/catalogue.ts';
import { doublingModel } from '../../models/samples.ts';
import { openStore } from '../../store/open.ts';
import type { Intents } from '../../tasks/intents.ts';
import type { DisputeContext } from '../context.ts';
import type { Subject } from '../subject.ts';
import { BisectionRows } from './bisection-rows.ts';
import { Tracer } from './tracer.ts';

const ME = '0x1' as string as Address;
const dispute = {
  id: '7',
  state: 'voting',
  terms: { people: false },
  fields: { claimant: ME, defendant: '0x2' },
  evidence: [],
} as unknown as ChainDispute;
const about = {
  id: 't' as string as TaskId,
  subject: 't',
  input: `0x${'00'.repeat(16)}`,
  digest: '0x3' as string as Digest,
} as unknown as Subject;
const { manifest } = doublingModel(4);
const model = {
  manifest: { ...manifest, verification: { kind: 'tolerance', atol: 1, rtol: 1 } },
  digest: '0x4',
} as unknown as UsableModel;

afterEach(() => vi.useRealTimers());

/** How often the run is made when the case is looked at once an hour. */
async function runsOf(error: Error): Promise<number> {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] });
  let runs = 0;
  const context = {
    log: () => undefined,
    probe: async () => {
      runs++;
      throw error;
    },
  } as unknown as DisputeContext;
  const tracer = new Tracer(context, new BisectionRows(openStore(':memory:')), {} as Intents, () => undefined);
  for (let hour = 1; hour <= 3; hour++) {
    tracer.advance(dispute, about, model, ME);
    // Nothing of it waits for more than a turn.
    await setImmediate();
    vi.advanceTimersByTime(3_600_000);
  }
  return runs;
}

test('a run that is too large to be shown is made once; one that failed for another reason is made again', async () => {
  expect(await runsOf(new TraceError('its values are too large'))).toBe(1);
  expect(await runsOf(new ComputeError('LANE_CRASHED', 'The lane crashed.'))).toBe(3);
});
