import type { Digest, Timestamp } from './ids.ts';
import type { Provider } from './machine.ts';

/**
 * What this machine knows of a claim: `unchecked` nothing, or nothing recent; `holds` and `slow` by its own clock;
 * `wrong` the peer's results are not those of the model; `silent` asked, and no proof came.
 */
export const CLAIM_STATES = ['unchecked', 'holds', 'slow', 'wrong', 'silent'] as const;
export type ClaimState = (typeof CLAIM_STATES)[number];

/** How fast a peer says it is, and what this machine found when it asked for proof. */
export interface ClaimView {
  readonly model: Digest;
  readonly modelName: string;
  readonly provider: Provider;
  /** By the peer's own word. */
  readonly runsPerSecond: number;
  readonly state: ClaimState;
  /** Runs per second by this machine's clock, the way there and back included; for `holds` and `slow`. */
  readonly measured: number | null;
  /** When it was last judged, or asked in vain. */
  readonly at: Timestamp | null;
  /** It holds, and nothing else about this peer was wrong. */
  readonly counts: boolean;
  /** A proof is being asked for now. */
  readonly checking: boolean;
  /** This machine has the model, so it can compare. */
  readonly checkable: boolean;
}

/** What a node says of its own speed. */
export type OwnClaim = Pick<ClaimView, 'model' | 'modelName' | 'provider' | 'runsPerSecond'>;

const WORDS: Readonly<Record<ClaimState, string>> = {
  unchecked: 'not checked',
  holds: 'holds',
  slow: 'too slow',
  wrong: 'wrong result',
  silent: 'no answer',
};

/** Pure: the state in two words. What holds for a peer that was wrong elsewhere is not praised. */
export function claimWords({ state, counts }: ClaimView): string {
  return state === 'holds' && !counts ? 'does not count' : WORDS[state];
}

/** Pure: what a node says of itself. */
export function sayClaim({ modelName, provider, runsPerSecond }: OwnClaim): string {
  return `${modelName}: ${runs(runsPerSecond)} a second on ${provider === 'cpu' ? 'its processor' : `its card (${provider})`}`;
}

/** Pure: what was found, as the begin of a sentence whose end is when. */
export function sayFound({ state, measured, checkable }: ClaimView): string {
  switch (state) {
    case 'unchecked':
      return checkable ? 'By its own word.' : 'By its own word; this machine cannot compare.';
    case 'holds':
      return `${measured === null ? 'Shown' : `At least ${runs(measured)} a second`},`;
    case 'slow':
      return `${measured === null ? 'Less than half' : `Only ${runs(measured)} a second`},`;
    case 'wrong':
      return 'What it sent is not what the model gives,';
    case 'silent':
      return 'It gave no proof when asked,';
  }
}

/** Three digits are as much as such a figure means. */
function runs(perSecond: number): string {
  const shown = Number(perSecond.toPrecision(3)).toLocaleString('en-US', { maximumSignificantDigits: 3 });
  return `${shown} ${shown === '1' ? 'run' : 'runs'}`;
}
