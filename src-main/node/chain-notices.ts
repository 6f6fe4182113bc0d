import type { ChainView } from '../../src-shared/domain/node.ts';
import type { Stages } from './stages.ts';

const CLOCK_TOLERANCE_S = 120;

/** Tells a person what the chain's state means for them, and takes it back when it has passed. */
export function noticeChain({ state, clockSkew }: ChainView, stages: Stages): void {
  if (state === 'gone') {
    stages.notice({
      id: 'chain-gone',
      level: 'trouble',
      text: 'The chain does not answer.',
      remedy: 'Nothing is lost; work goes on as soon as it is back.',
    });
  } else if (state === 'ok') stages.clear('chain-gone');
  const skew = clockSkew ?? 0;
  if (Math.abs(skew) <= CLOCK_TOLERANCE_S) return stages.clear('clock');
  const minutes = Math.round(Math.abs(skew) / 60);
  stages.notice({
    id: 'clock',
    level: 'need',
    text: `This computer's clock is about ${minutes} minutes ${skew > 0 ? 'behind' : 'ahead of'} the chain.`,
    remedy: 'Deadlines are kept by the chain’s clock meanwhile; set the clock right.',
  });
}

/** The sandbox's chain lives in memory and is written down now and then. @param trouble why that failed; null: it did not */
export function noticeSaving(trouble: string | null, stages: Stages): void {
  if (trouble === null) return stages.clear('sandbox-unsaved');
  stages.notice({
    id: 'sandbox-unsaved',
    level: 'trouble',
    text: `The sandbox chain cannot be written to disk: ${trouble}`,
    remedy: 'Free some space; until then a restart would lose what happened since.',
  });
}
