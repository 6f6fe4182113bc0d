import type { DeterminismTest } from './machine.ts';
import type { Amount, Cid, Digest, ModelId } from './ids.ts';

export const VERIFICATION_CLASSES = ['exact', 'rounded', 'tolerance', 'digest', 'jury'] as const;
export type VerificationClass = (typeof VERIFICATION_CLASSES)[number];

/** How a person hands over the input; the bytes on the wire are raw tensors either way. */
export type InputPresentation =
  | { readonly kind: 'image'; readonly width: number; readonly height: number }
  | { readonly kind: 'text'; readonly maxBytes: number }
  | { readonly kind: 'table'; readonly fields: readonly TableField[] }
  | { readonly kind: 'tensors'; readonly bytes: number };

/** What runs the model: a graph here, a server of the person's own, a container, a text model from local files. */
export const RUNTIMES = ['onnx', 'openai', 'cog', 'transformers'] as const;
export type RuntimeName = (typeof RUNTIMES)[number];

export interface TableField {
  readonly name: string;
  readonly unit?: string;
  readonly min: number;
  readonly max: number;
  /** When it is a choice: the value is the position of one of these. */
  readonly options?: readonly string[];
}

export interface ModelView {
  /** sha256 of the manifest: the model's name everywhere in the app. */
  readonly digest: Digest;
  /** On chain; null while nobody registered it there. */
  readonly id: ModelId | null;
  readonly name: string;
  readonly author: string;
  readonly description: string;
  readonly class: VerificationClass;
  readonly runtime: RuntimeName;
  /** Memory it is expected to take, bytes. */
  readonly memoryBytes: number;
  /** Last self-test of an exact model here; null: none yet, or not exact. */
  readonly determinism: DeterminismTest | null;
  readonly input: InputPresentation;
  /** Labels when the answer is one of a few classes. */
  readonly labels: readonly string[] | null;
  readonly bytes: number;
  /** Of its manifest: with it others get the model. */
  readonly cid: Cid;
  readonly builtIn: boolean;
  /** Author's fee per use, fixed on chain. */
  readonly modelFee: Amount;
  /** What askers usually offer the solver. */
  readonly suggestedFee: Amount;
  /** Solve tasks of this model on this machine. */
  readonly optedIn: boolean;
  /** Tasks that pay the solver less are left to others. */
  readonly minFee: Amount;
  /** Why it cannot be used now; null when all is well. */
  readonly problem: string | null;
}
