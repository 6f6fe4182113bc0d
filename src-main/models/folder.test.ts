import { expect, test } from 'vitest';
import { deriveManifest } from './derive.ts';
import { canonicalJson } from './canonical.ts';
import { readFolder } from './folder.ts';
import { inspect } from './inspect.ts';
import { delimited, rawFields } from './onnx/fields.ts';
import { insidePath, type FolderFile } from './onnx/inline.ts';
import { mlp } from '../compute/graphs/mlp.ts';

const code = (value: string): object => expect.objectContaining({ code: value });
const text = new TextEncoder();
const entry = (key: string, value: string): Uint8Array =>
  Buffer.concat([...delimited(1, [text.encode(key)]), ...delimited(2, [text.encode(value)])]);

/** Moves the weights of a graph into one file beside it, as exporters do. */
function moved(
  bytes: Uint8Array,
  location: string,
  more: (offset: number, length: number) => Array<[string, string]>,
): { graph: Uint8Array; weights: Uint8Array } {
  const weights: Uint8Array[] = [];
  let at = 0;
  const parts = rawFields(bytes).flatMap((field) => {
    if (field.number !== 7) return [field.whole];
    const inner = rawFields(field.content).flatMap((part) => {
      if (part.number !== 5) return [part.whole];
      const tensor = rawFields(part.content);
      const raw = tensor.find(({ number }) => number === 9)!.content;
      const said: Array<[string, string]> = [['location', location], ...more(at, raw.length)];
      weights.push(raw);
      at += raw.length;
      return delimited(5, [
        ...tensor.filter(({ number }) => number !== 9).map(({ whole }) => whole),
        ...said.flatMap(([key, value]) => delimited(13, [entry(key, value)])),
        Uint8Array.of(14 * 8, 1),
      ]);
    });
    return delimited(7, inner);
  });
  return { graph: Buffer.concat(parts), weights: Buffer.concat(weights) };
}
const exactly = (offset: number, length: number): Array<[string, string]> => [
  ['offset', String(offset)],
  ['length', String(length)],
];
const { bytes } = mlp();

test('weights in a file beside the graph are put into it: the same model, one file', () => {
  const { graph, weights } = moved(bytes, 'data/weights.bin', exactly);
  expect(inspect(graph).problems[0]).toMatch(/in another file/);
  const files: FolderFile[] = [
    { path: 'export/model.onnx', bytes: graph },
    { path: './export/data/weights.bin', bytes: weights },
  ];
  const read = readFolder(files);
  expect(inspect(read.bytes)).toMatchObject({
    problems: [],
    parameters: inspect(bytes).parameters,
    nodes: inspect(bytes).nodes,
  });
  expect(read.bytes).toHaveLength(bytes.length);
  expect(read.manifest).toBeNull();
});

test('a graph that has its weights stays as it is; a manifest that lies there is read', () => {
  const manifest = deriveManifest(bytes, { name: 'mine' });
  const read = readFolder([
    { path: 'a.onnx', bytes },
    { path: 'manifest.json', bytes: text.encode(canonicalJson(manifest)) },
  ]);
  expect(Buffer.compare(read.bytes, bytes)).toBe(0);
  expect(read.manifest).toEqual(manifest);
});

test.each(['../secret', '/etc/passwd', 'a/../../b', '..\\secret', 'C:\\secret', 'x\0y', ''])(
  '“%s” is not inside a folder',
  (path) => {
    expect(() => insidePath(path)).toThrow(code('MODEL_REFUSED'));
    const { graph, weights } = moved(bytes, path, exactly);
    expect(() =>
      readFolder([
        { path: 'model.onnx', bytes: graph },
        { path: 'secret', bytes: weights },
      ]),
    ).toThrow(code('MODEL_REFUSED'));
  },
);

test('a missing, short or oversized file, and places that are no numbers, are refused', () => {
  const { graph, weights } = moved(bytes, 'w', exactly);
  expect(() => readFolder([{ path: 'm.onnx', bytes: graph }])).toThrow(/missing/);
  expect(() =>
    readFolder([
      { path: 'm.onnx', bytes: graph },
      { path: 'w', bytes: weights.subarray(1) },
    ]),
  ).toThrow(/too short/);
  for (const wrong of ['-1', '1e3', '0x10', '99999999999999999999']) {
    const bad = moved(bytes, 'w', () => [['offset', wrong]]);
    expect(() =>
      readFolder([
        { path: 'm.onnx', bytes: bad.graph },
        { path: 'w', bytes: bad.weights },
      ]),
    ).toThrow(code('MODEL_REFUSED'));
  }
  const one = { path: 'm.onnx', bytes };
  expect(() => readFolder([one, { path: 'n.onnx', bytes }])).toThrow(code('MODEL_FOLDER'));
  expect(() => readFolder([one, { path: './m.onnx', bytes }])).toThrow(code('MODEL_FOLDER'));
});
