import { InferenceSession } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { GraphBuilder } from '../../models/onnx/graph.ts';
import { writeModel } from '../../models/onnx/write.ts';
import type { Digest } from '../../../src-shared/domain/ids.ts';
import type { ModelRef } from '../protocol.ts';
import { MAX_RUN_BYTES } from '../verification/trace.ts';
import { traceGraph } from './trace.ts';

/** A chain of values of a quarter of what a run may have, out of an input of a few bytes. */
function chain(length: number): { readonly bytes: Uint8Array; readonly model: ModelRef } {
  const graph = new GraphBuilder('chain');
  const end = { dtype: 'float32', shape: [1] } as const;
  let value = graph.op('Expand', ['x', graph.constant('int64', [1], [MAX_RUN_BYTES / 16])]);
  for (let at = 1; at < length; at++) value = graph.op('Neg', [value]);
  graph.op('ReduceMax', [value], { keepdims: 1 }, 'y');
  const [inputs, outputs] = [[{ name: 'x', ...end }], [{ name: 'y', ...end }]];
  const bytes = writeModel(graph.build(inputs, outputs));
  const model: ModelRef = {
    name: 'chain',
    path: '',
    digest: '0x' as string as Digest,
    bytes: bytes.length,
    inputs,
    outputs,
    optimise: 'disabled',
    runtime: 'onnx',
    memoryBytes: 0,
  };
  return { bytes, model };
}

async function traced({ bytes, model }: ReturnType<typeof chain>, names: readonly string[] | 'all'): Promise<number[]> {
  const create = (file: Uint8Array): Promise<InferenceSession> =>
    InferenceSession.create(file, { graphOptimizationLevel: 'disabled', intraOpNumThreads: 1 });
  const values = await traceGraph(bytes, model, new Uint8Array(4), names, create);
  return values.map((value) => value.bytes.length);
}

test('a run whose values are too large together never leaves its process', async () => {
  const large = chain(4);
  await expect(traced(large, 'all')).rejects.toThrow(expect.objectContaining({ code: 'TRACE' }));
  expect(await traced(large, ['y'])).toEqual([4]);
  expect(await traced(chain(3), 'all')).toEqual([...Array.from({ length: 3 }, () => MAX_RUN_BYTES / 4), 4]);
});
