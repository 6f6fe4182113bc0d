import type { Address, Amount, Digest, TaskId, Timestamp } from './ids.ts';
import type { Answer, InputPreview, Step } from './tasks.ts';

/**
 * `sealing`: ballots are taken. `opening`: they are opened. `ruled`: a ruling that can be appealed. `closing`: nothing
 * more can change, the money is about to move. `final`: it has moved.
 */
export const DISPUTE_STATES = ['sealing', 'opening', 'ruled', 'closing', 'final'] as const;
export type DisputeState = (typeof DISPUTE_STATES)[number];

/** What this node is in a case; the first that applies, in this order. */
export type DisputeRole = 'claimant' | 'defendant' | 'juror' | 'requester' | 'watcher';

export type Side = 'claimant' | 'defendant';

/** One of the two results that stand against each other. */
export interface ResultView {
  readonly digest: Digest | null;
  /** null: the bytes are not here (yet), or cannot be read. */
  readonly answer: Answer | null;
}

/** Where this node's own ballot of the current panel stands. */
export interface BallotView {
  /** `none`: no seat. `asked`: a person has to decide. `late`: the time to seal is over and nothing was sealed. */
  readonly state: 'none' | 'computing' | 'asked' | 'sealing' | 'sealed' | 'opening' | 'opened' | 'late';
  readonly seats: number;
  readonly vote: Side | null;
  /** By own re-execution; false: by hand. */
  readonly automatic: boolean;
  /** One sentence: what happens next, by whom and until when. */
  readonly reason: string;
}

/** What one side has at the place that decides, and what its own inputs give there; null where that is no number. */
export interface PartyValue {
  readonly value: number | null;
  readonly expected: number | null;
  /** How far an honest machine may be from it. */
  readonly bound: number | null;
  readonly holds: boolean;
}

/** The node of the model at which the runs of the two sides part. */
export interface PartingView {
  /** Counted from 1. */
  readonly node: number;
  readonly nodes: number;
  readonly op: string;
  /** Nodes that were compared to find it. */
  readonly rounds: number;
  /** Bytes of values that were fetched for it. */
  readonly bytes: number;
  /** null: what this side shows cannot be recomputed. */
  readonly claimant: PartyValue | null;
  readonly defendant: PartyValue | null;
}

/** How the runs of both sides compare inside; only for models whose honest results differ a little. */
export interface BisectionView {
  /** `none`: not for this case. `waiting`: for what a side has to show. */
  readonly state: 'none' | 'waiting' | 'running' | 'done';
  /** One sentence. */
  readonly text: string;
  /** Who computed wrongly, as far as this tells. */
  readonly wrong: 'claimant' | 'defendant' | 'both' | 'nobody' | 'unknown' | null;
  readonly parting: PartingView | null;
}

export interface DisputeView {
  /** Decimal. */
  readonly id: string;
  readonly task: TaskId | null;
  readonly model: string;
  readonly state: DisputeState;
  readonly role: DisputeRole;
  readonly claimant: Address;
  readonly defendant: Address;
  /** 1 to 3, and the expected number of seats of that panel. */
  readonly round: number;
  readonly seats: number;
  /** How many ballots are known to be sealed, and opened, in this panel. */
  readonly sealed: number;
  readonly opened: number;
  readonly openedAt: Timestamp;
  /** End of the current stage; null when nothing is waited for. */
  readonly until: Timestamp | null;
  /** The solver's result, and what this machine got when it ran the model again. */
  readonly contested: ResultView;
  readonly own: ResultView;
  /** Whether the two are the same answer, by the rules of the model; null while that is not known. */
  readonly agreement: { readonly verdict: 'same' | 'different' | 'unknown'; readonly why: string } | null;
  readonly bisection: BisectionView;
  readonly input: InputPreview | null;
  /** Links that the parties showed, oldest first. */
  readonly evidence: readonly string[];
  readonly ballot: BallotView;
  /** null before the first ruling. */
  readonly ruling: Side | null;
  /** What the sides lose: the solver's lock, the contester's bond. */
  readonly atStake: Amount;
  readonly bond: Amount;
  /** What a won and a lost case mean for this node now; zero for a watcher. */
  readonly canWin: Amount;
  readonly canLose: Amount;
  /** What the case brought this node in the end; null until then. Negative: lost. */
  readonly outcome: Amount | null;
  /** null: there is nothing to appeal, or not any more. */
  readonly appeal: {
    /** Against whom the ruling went, that is, whom the appeal helps. */
    readonly side: Side;
    readonly cost: Amount;
    readonly raised: Amount;
    /** null: it can be paid; else one sentence. */
    readonly obstacle: string | null;
  } | null;
  /** One sentence: where it stands. */
  readonly reason: string;
  readonly steps: readonly Step[];
}
