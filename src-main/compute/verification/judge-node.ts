import { setImmediate } from 'node:timers/promises';
import { dtypeOf, type TensorProto } from '../../models/onnx/types.ts';
import type { NamedTensor } from '../protocol.ts';
import { numbersOf } from '../tensor.ts';
import { recompute } from './reference/recompute.ts';
import { float32At, valuesOf, type Values } from './reference/values.ts';
import type { Layout } from './layout.ts';
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
  let best: NodeFinding | null = null;
  let doubt: NodeFinding | null = null;
  const inputs = [await readsOf(facts, node, claimant), await readsOf(facts, node, defendant)] as const;
  for (const name of writes) {
    const [a, b] = await Promise.all([claimant.value(name), defendant.value(name)]);
    if (a !== null && b !== null && identical(a, b)) continue;
    const output = facts.layout.nodes[node]?.proto.outputs?.indexOf(name) ?? 0;
    // Which shape is right nobody says here: values at one place of two shapes are not the same value.
    const alike = a !== null && b !== null && a.dtype === b.dtype && a.shape.join() === b.shape.join();
    for (const element of mostApart(a, b)) {
      // The process has other things to do between two long sums.
      await setImmediate();
      const found = {
        node,
        op,
        value: name,
        element,
        claimant: check(facts, node, output, element, a, inputs[0]),
        defendant: check(facts, node, output, element, b, inputs[1]),
      };
      if (found.claimant?.holds === false || found.defendant?.holds === false) return found;
      if (!alike) doubt ??= { ...found, claimant: null, defendant: null };
      else if (found.claimant === null || found.defendant === null) doubt ??= found;
      else best ??= found;
    }
  }
  return doubt ?? best ?? { node, op, value: writes[0] ?? '', element: 0, claimant: null, defendant: null };
}

function identical(a: NamedTensor, b: NamedTensor): boolean {
  return a.dtype === b.dtype && a.shape.join() === b.shape.join() && Buffer.from(a.bytes).equals(b.bytes);
}

type Reads = ReadonlyArray<Values | undefined> | null;

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
  const value = numbersOf(own)[element];
  if (value === undefined) return null;
  const again = recompute({ node: proto, inputs, output, shape: own.shape, element });
  if (again === null) return null;
  return { value, expected: again.value, bound: again.bound, holds: Math.abs(value - again.value) <= again.bound };
}

/** Before operator set 13 a softmax ran over all dimensions from its axis on. */
function isCovered({ opset }: Layout, op: string): boolean {
  return opset >= 13 || !['Softmax', 'LogSoftmax'].includes(op);
}

/** Everything a node reads, as one party has it: values of other nodes, the task's input, weights. null: something is missing. */
async function readsOf({ layout, inputs }: Case, node: number, side: Side): Promise<Reads> {
  const values: Array<Values | undefined> = [];
  for (const name of layout.nodes[node]?.proto.inputs ?? []) {
    if (name === '') values.push(undefined);
    else {
      const found = layout.writer.has(name)
        ? await side.value(name)
        : (inputs.find((one) => one.name === name) ?? null);
      const read = found === null ? weight(layout.weights.get(name)) : valuesOf(found.shape, numbersOf(found));
      if (read === null) return null;
      values.push(read);
    }
  }
  return values;
}

/** Weights that stand in the file as raw bytes. */
function weight(tensor: TensorProto | undefined): Values | null {
  const dtype = dtypeOf(tensor?.dataType);
  const shape = tensor?.dims ?? [];
  if (tensor?.raw === undefined || dtype === undefined) return null;
  if (dtype === 'float32') return float32At(shape, tensor.raw);
  return valuesOf(shape, numbersOf({ dtype, shape, bytes: tensor.raw }));
}

/** The place that differs most, then the first others that differ half as much, looked for only if they are wanted. */
function* mostApart(a: NamedTensor | null, b: NamedTensor | null): Generator<number> {
  if (a === null || b === null || a.shape.join() !== b.shape.join()) {
    yield 0;
    return;
  }
  const [one, other] = [numbersOf(a), numbersOf(b)];
  const { worst, widest } = farthest(one, other);
  yield worst;
  for (let at = 0, left = LOOKED_AT - 1; at < one.length && left > 0; at++) {
    if (distanceAt(one, other, at) * 2 < widest || at === worst) continue;
    yield at;
    left--;
  }
}

/** A function of its own: inside a generator this loop is three times slower. */
function farthest(one: ArrayLike<number>, other: ArrayLike<number>): { worst: number; widest: number } {
  let worst = 0;
  let widest = -1;
  for (let at = 0; at < one.length; at++) {
    // What is no number is never less.
    if (Math.abs((one[at] as number) - (other[at] as number)) <= widest) continue;
    const distance = distanceAt(one, other, at);
    if (distance <= widest) continue;
    worst = at;
    widest = distance;
    if (widest === Infinity) break;
  }
  return { worst, widest };
}

/** Two values of which one is no number are infinitely far apart, or not at all. */
function distanceAt(one: ArrayLike<number>, other: ArrayLike<number>, at: number): number {
  const [x, y] = [one[at] as number, other[at] as number];
  const distance = Math.abs(x - y);
  if (!Number.isNaN(distance)) return distance;
  return Object.is(x, y) ? 0 : Infinity;
}
