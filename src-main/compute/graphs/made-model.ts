import { sha256 } from '../../models/hash.ts';
import type { ModelRef, Optimise } from '../protocol.ts';
import type { MadeGraph } from './graph-set.ts';

const MEMORY_BYTES = 128 * 1024 * 1024;

/** How a lane is told of a made graph. */
export function madeModel(graph: MadeGraph, path: string, optimise: Optimise = 'all'): ModelRef {
  const { name, bytes, inputs, outputs } = graph;
  return {
    name,
    path,
    digest: sha256(bytes),
    bytes: bytes.length,
    inputs,
    outputs,
    optimise,
    runtime: 'onnx',
    memoryBytes: MEMORY_BYTES,
  };
}

/** Largest difference between two float32 tensors; infinite when one of them holds what is no number. */
export function difference(a: Uint8Array, b: Uint8Array): number {
  const [left, right] = [new Float32Array(a.slice().buffer), new Float32Array(b.slice().buffer)];
  if (left.length !== right.length) return Number.POSITIVE_INFINITY;
  let most = 0;
  for (let at = 0; at < left.length; at++) {
    const gap = Math.abs((left[at] as number) - (right[at] as number));
    if (!(gap <= most)) most = Number.isNaN(gap) ? Number.POSITIVE_INFINITY : gap;
  }
  return most;
}
