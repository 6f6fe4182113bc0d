import { setImmediate } from 'node:timers/promises';
import { elements } from '../../models/tensors.ts';
import type { NamedTensor } from '../protocol.ts';
import type { Layout } from './layout.ts';
import { mostApart } from './most-apart.ts';
import { isTooLarge, readsOf, type Reads } from './node-values.ts';
import { recompute } from './reference/recompute.ts';
import { valuesIn } from './reference/values.ts';
import type { Case } from './settle.ts';
import type { Side } from './side.ts';

/** Most different values of a node that are recomputed. */
const LOOKED_AT = 8;

/** What one party has at the place that decides, and what its own inputs give there. */
export interface PartyFinding {
  readonly value: number;
  readonly expected: number;
  /** How far an honest machine may be from it. */
  readonly bound: number;
  readonly holds: boolean;
}

export interface NodeFinding {
  readonly node: number;
  readonly op: string;
  /** Name of the value, and the place in it, row-major. */
  readonly value: string;
  readonly element: number;
  /** null: the operator, or what the party shows of it, cannot be recomputed. */
  readonly claimant: PartyFinding | null;
  readonly defendant: PartyFinding | null;
}

/**
 * Recomputes the values of one node in which two parties differ most. Both hold only if each place that is looked at
 * could be judged for both: one that cannot be judged may be where the lie is.
 */
export async function judgeNode(facts: Case, node: number, claimant: Side, defendant: Side): Promise<NodeFinding> {
  const { op = '', writes = [] } = facts.layout.nodes[node] ?? {};
  const unjudged = { node, op, value: writes[0] ?? '', element: 0, claimant: null, defendant: null };
  if ([claimant, defendant].some((side) => isTooLarge(facts.layout, node, side))) return unjudged;
  let best: NodeFinding | null = null;
  let doubt: NodeFinding | null = null;
  const inputs = [await readsOf(facts, node, claimant), await readsOf(facts, node, defendant)] as const;
  for (const name of writes) {
    const [a, b] = await Promise.all([claimant.value(name), defendant.value(name)]);
    if (a !== null && b !== null && identical(a, b)) continue;
    const output = facts.layout.nodes[node]?.proto.outputs?.indexOf(name) ?? 0;
    // Which shape is right nobody says here: values at one place of two shapes are not the same value.
    const alike = a !== null && b !== null && a.dtype === b.dtype && a.shape.join() === b.shape.join();
    for await (const element of mostApart(a, b, LOOKED_AT)) {
      // The process has other things to do between two long sums.
      await setImmediate();
      const claimed = check(facts, node, output, element, a, inputs[0]);
      await setImmediate();
      const defended = check(facts, node, output, element, b, inputs[1]);
      const found = { node, op, value: name, element, claimant: claimed, defendant: defended };
      if (claimed?.holds === false || defended?.holds === false) return found;
      if (!alike) doubt ??= { ...found, claimant: null, defendant: null };
      else if (claimed === null || defended === null) doubt ??= found;
      else best ??= found;
    }
  }
  return doubt ?? best ?? unjudged;
}

function identical(a: NamedTensor, b: NamedTensor): boolean {
  return a.dtype === b.dtype && a.shape.join() === b.shape.join() && Buffer.compare(a.bytes, b.bytes) === 0;
}

function check(
  { layout }: Case,
  node: number,
  output: number,
  element: number,
  own: NamedTensor | null,
  inputs: Reads,
): PartyFinding | null {
  const { proto, op = '' } = layout.nodes[node] ?? {};
  if (own === null || inputs === null || proto === undefined || !isCovered(layout, op)) return null;
  // A value of no elements has nothing to judge.
  if (element >= elements(own)) return null;
  const again = recompute({ node: proto, inputs, output, shape: own.shape, element });
  if (again === null) return null;
  const value = valuesIn(own).at(element);
  return { value, expected: again.value, bound: again.bound, holds: Math.abs(value - again.value) <= again.bound };
}

/** Before operator set 13 a softmax ran over all dimensions from its axis on. */
function isCovered({ opset }: Layout, op: string): boolean {
  return opset >= 13 || !['Softmax', 'LogSoftmax'].includes(op);
}
