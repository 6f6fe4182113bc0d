import type { TensorSpec } from '../../models/tensors.ts';
import { cnn } from './cnn.ts';
import { exact } from './exact.ts';
import { mlp } from './mlp.ts';
import { transformer } from './transformer.ts';

/** A graph that is made, not shipped: weights from a seed, so that every machine makes the same bytes. */
export interface MadeGraph {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  /** Wire form of a fixed input. */
  readonly input: Uint8Array;
  /** Every machine gives the same bytes. */
  readonly exact: boolean;
}

/** The benchmark set. A change of any graph needs a new name: scores are compared between machines. */
export const GRAPH_SET: Readonly<Record<string, () => MadeGraph>> = {
  'mlp-1': mlp,
  'cnn-1': cnn,
  'transformer-1': transformer,
  'exact-1': exact,
};
