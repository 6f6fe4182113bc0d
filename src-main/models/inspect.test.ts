import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inspect } from './inspect.ts';
import { readModel } from './onnx/read.ts';
import type { GraphProto, ModelProto, NodeProto } from './onnx/types.ts';
import { writeModel } from './onnx/write.ts';
import { doublingModel } from './samples.ts';

const { bytes } = doublingModel(4);
const whole = readModel(bytes);
const graph = whole.graph!;
const unreadable = expect.objectContaining({ code: 'ONNX_FORMAT' });
const withGraph = (change: Partial<GraphProto>): ModelProto => ({ ...whole, graph: { ...graph, ...change } });
const withNode = (change: Partial<NodeProto>): ModelProto => withGraph({ nodes: [{ ...graph.nodes![0]!, ...change }] });
/** Appends a raw field to a message that is written last. */
const field = (number: number, content: Uint8Array): Uint8Array =>
  Uint8Array.from([...tag(number * 8 + 2), ...tag(content.length), ...content]);
const tag = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...tag(value >> 7)]);
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

describe('inspect', () => {
  it('says what a graph is made of', () => {
    expect(inspect(bytes)).toMatchObject({
      ir: 10,
      opset: 21,
      ops: ['Mul'],
      inputs: [{ name: 'x', dtype: 'float32', shape: [4] }],
      outputs: [{ name: 'y', dtype: 'float32', shape: [4] }],
      parameters: 1,
      dynamic: false,
      problems: [],
    });
  });

  it('reads what it writes, for the shipped models too', () => {
    for (const name of ['digit-reader', 'language-guesser']) {
      const shipped = new Uint8Array(
        readFileSync(join(import.meta.dirname, '../../resources/models', name, 'model.onnx')),
      );
      expect(Buffer.compare(writeModel(readModel(shipped)), shipped)).toBe(0);
      expect(inspect(shipped).problems).toEqual([]);
    }
  });

  it.each<[string, ModelProto, RegExp]>([
    ['foreign operators', withNode({ domain: 'com.microsoft' }), /foreign domain/],
    ['control flow', withNode({ op: 'Loop' }), /not on the list/],
    [
      'nodes out of order',
      withGraph({
        nodes: [
          { ...graph.nodes![0]!, inputs: ['x', 'later'] },
          { op: 'Neg', inputs: ['x'], outputs: ['later'] },
        ],
      }),
      /order of computation/,
    ],
    ['randomness', withNode({ op: 'RandomNormal' }), /not on the list/],
    ['dropout that may train', withNode({ op: 'Dropout', inputs: ['x', 'c', 'c'] }), /training mode/],
    ['a newer IR', { ...whole, ir: 11 }, /IR version 11/],
    ['a newer operator set', { ...whole, opsets: [{ domain: '', version: 22 }] }, /operator set 22/],
    ['foreign operator sets', { ...whole, opsets: [...whole.opsets!, { domain: 'x', version: 1 }] }, /“x”/],
    [
      'two standard operator sets',
      { ...whole, opsets: [...whole.opsets!, { domain: 'ai.onnx', version: 9 }] },
      /exactly once/,
    ],
    [
      'weights elsewhere',
      withGraph({ initializers: [{ ...graph.initializers![0]!, dataLocation: 1 }] }),
      /another file/,
    ],
    ['weights cut short', withGraph({ initializers: [{ ...graph.initializers![0]!, dims: [2] }] }), /do not fill/],
    ['impossible shapes', withGraph({ initializers: [{ ...graph.initializers![0]!, dims: [-1] }] }), /impossible/],
    [
      'types that cannot travel',
      withGraph({ inputs: [{ name: 'x', type: { tensor: { elemType: 8, shape: { dims: [] } } } }] }),
      /cross the wire/,
    ],
  ])('refuses %s', (_, model, why) => {
    expect(inspect(writeModel(model)).problems.join()).toMatch(why);
  });

  it('refuses a graph inside an attribute, functions, external data, given as raw fields', () => {
    const attribute = field(5, field(6, text('')));
    const node = field(1, Uint8Array.from([...field(4, text('Mul')), ...attribute]));
    const ends = [...field(11, field(1, text('x'))), ...field(12, field(1, text('y')))];
    const model = Uint8Array.from([
      8,
      10,
      ...field(7, Uint8Array.from([...node, ...field(5, field(13, text(''))), ...ends])),
      ...field(8, Uint8Array.of(16, 21)),
      ...field(25, text('')),
    ]);
    expect(inspect(model).problems.join()).toMatch(/functions.*another file.*graph of its own/);
  });

  it('reports open dimensions', () => {
    const open = withGraph({
      inputs: [{ name: 'x', type: { tensor: { elemType: 1, shape: { dims: [{ param: 'N' }] } } } }],
    });
    expect(inspect(writeModel(open))).toMatchObject({ dynamic: true, inputs: [{ shape: ['N'] }], problems: [] });
  });

  it('refuses every truncation', () => {
    for (let length = 0; length < bytes.length; length++) {
      const cut = (): boolean => inspect(bytes.subarray(0, length)).problems.length === 0;
      // A cut between two top-level fields leaves a readable file; it must then lack something.
      try {
        expect(cut()).toBe(false);
      } catch (error) {
        expect(error).toEqual(unreadable);
      }
    }
  });

  it('refuses unknown fields, fields given twice, bad text, endless numbers, deep nesting', () => {
    const bad = [
      field(99, text('x')),
      Uint8Array.from([8, 10, 8, 10]),
      Uint8Array.from([8, ...Array.from({ length: 11 }, () => 255)]),
      field(2, Uint8Array.of(0xff)),
      Uint8Array.from([7 * 8 + 3]),
    ];
    for (const extra of bad) expect(() => inspect(Uint8Array.from([...extra, ...bytes]))).toThrow(unreadable);
    const lying = Uint8Array.from([...tag(7 * 8 + 2), 255, 255, 255, 255, 15]);
    expect(() => inspect(lying)).toThrow(unreadable);
    expect(() => inspect(new Uint8Array())).toThrow(unreadable);
  });

  it('never fails in any other way, whatever the bytes', () => {
    const survives = (input: Uint8Array): void => {
      try {
        inspect(input);
      } catch (error) {
        expect(error).toEqual(unreadable);
      }
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), survives), { numRuns: 2_000 });
    const edit = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 0, max: 255 })), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(edit, (edits) => {
        const mutated = bytes.slice();
        for (const [at, value] of edits) mutated[at] = value;
        survives(mutated);
      }),
      { numRuns: 5_000 },
    );
  });
});
