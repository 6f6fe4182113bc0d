import { expect, test } from 'vitest';
import { delimited } from './fields.ts';
import { readModel } from './read.ts';
import type { NodeProto, ValueInfoProto } from './types.ts';
import { writeModel } from './write.ts';

/** Files whose parts take two bytes each, and a hundred times as much once they are read. */

const MIB = 1024 * 1024;
/** Numbers of the fields, of onnx.proto. */
const [GRAPH, NODE, ATTRIBUTE, STRINGS] = [7, 1, 5, 9] as const;
const field = (number: number, content: Uint8Array): Uint8Array => Buffer.concat(delimited(number, [content]));
const many = (part: Uint8Array, count: number): Uint8Array => Buffer.alloc(part.length * count, part);
const empty = new Uint8Array();

/** Heap that reading takes at most, garbage among it. */
function heapOf(read: () => unknown): number {
  const before = process.memoryUsage().heapUsed;
  read();
  return process.memoryUsage().heapUsed - before;
}

test('texts in attributes, which nobody here looks at, take no memory, and are not walked through without end', () => {
  const full = (lists: number): Uint8Array => {
    const attribute = field(ATTRIBUTE, many(field(STRINGS, empty), 90_000));
    return field(GRAPH, many(field(NODE, attribute), lists));
  };
  const file = full(10);
  expect(file.length).toBeLessThan(2 * MIB);
  expect(heapOf(() => readModel(file))).toBeLessThan(24 * MIB);
  expect(() => readModel(full(190))).toThrow(expect.objectContaining({ code: 'MODEL_REFUSED' }));
});

test('a file of some megabytes with millions of parts is refused, and says why', () => {
  const ints = field(ATTRIBUTE, many(Uint8Array.of(8 * 8, 1), 90_000));
  const lists = field(GRAPH, many(field(NODE, ints), 130));
  const attributes = field(GRAPH, many(field(NODE, many(field(ATTRIBUTE, empty), 90_000)), 15));
  for (const file of [lists, attributes]) {
    expect(file.length).toBeLessThan(24 * MIB);
    expect(() => readModel(file)).toThrow(
      'The model is refused: it has too many parts: nodes, names and lists of numbers.',
    );
  }
});

test('a graph of fifty thousand nodes, each with long names, attributes and a described value, is read', () => {
  const name = (kind: string, at: number): string => `/model/decoder/layers.31/self_attn/rotary_emb/${kind}_${at}`;
  const count = 50_000;
  const nodes = Array.from({ length: count }, (_, at): NodeProto => ({
    op: 'Conv',
    name: name('Conv', at),
    inputs: [name('out', at - 1), name('weight', at), name('bias', at)],
    outputs: [name('out', at)],
    attributes: ['strides', 'pads', 'dilations'].map((of) => ({ name: of, ints: [1, 1, 1, 1], type: 7 })),
  }));
  const dims = [{ value: 1 }, { value: 64 }, { param: 'height' }, { param: 'width' }];
  const values = nodes.map(({ outputs: [out = ''] = [] }): ValueInfoProto => ({
    name: out,
    type: { tensor: { elemType: 1, shape: { dims } } },
  }));
  const file = writeModel({ graph: { nodes, values } });
  expect(readModel(file).graph?.nodes).toHaveLength(count);
});
