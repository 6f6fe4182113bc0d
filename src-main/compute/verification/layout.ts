import { readModel } from '../../models/onnx/read.ts';
import type { NodeProto, TensorProto } from '../../models/onnx/types.ts';

/** One node of a graph as the bisection sees it. */
export interface GraphNode {
  /** Position in the file, which is an order of computation; 0 is the first. */
  readonly index: number;
  readonly op: string;
  readonly proto: NodeProto;
  /** Names of the values it reads that other nodes computed. */
  readonly reads: readonly string[];
  /** Names of the values it computes. */
  readonly writes: readonly string[];
}

/** A graph taken apart: nodes in order of computation, weights by name. */
export interface Layout {
  readonly nodes: readonly GraphNode[];
  /** Version of the standard operators. */
  readonly opset: number;
  readonly weights: ReadonlyMap<string, TensorProto>;
  /** Which node computes a value. */
  readonly writer: ReadonlyMap<string, number>;
}

/** @throws OnnxFormatError */
export function layoutOf(model: Uint8Array): Layout {
  const { graph = {}, opsets = [] } = readModel(model);
  const opset = opsets.find(({ domain = '' }) => domain === '' || domain === 'ai.onnx')?.version ?? 0;
  const writer = new Map<string, number>();
  const protos = graph.nodes ?? [];
  protos.forEach((proto, index) => {
    for (const name of proto.outputs ?? []) if (name !== '') writer.set(name, index);
  });
  const nodes = protos.map((proto, index) => ({
    index,
    op: proto.op ?? '',
    proto,
    reads: (proto.inputs ?? []).filter((name) => writer.has(name)),
    writes: (proto.outputs ?? []).filter((name) => name !== ''),
  }));
  const weights = new Map((graph.initializers ?? []).map((tensor) => [tensor.name ?? '', tensor]));
  return { nodes, opset, weights, writer };
}
