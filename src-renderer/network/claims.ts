import type { ClaimState, ClaimView } from '../../src-shared/domain/speed.ts';
import type { Tone } from '../ui/Pill.tsx';

const TONES: Readonly<Record<ClaimState, Tone>> = {
  unchecked: 'wait',
  holds: 'work',
  slow: 'trouble',
  wrong: 'trouble',
  silent: 'need',
};

/** Pure: the colour beside the words. */
export function claimTone({ state, counts }: ClaimView): Tone {
  return state === 'holds' && !counts ? 'wait' : TONES[state];
}
