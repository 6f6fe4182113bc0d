import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_MODEL_BYTES } from '../manifest.ts';
import { delimited, rawFields } from './fields.ts';
import { inlineWeights } from './inline.ts';

/** Weights in a file beside a graph, wherever the graph says they lie. */

const refused = expect.objectContaining({ code: 'MODEL_REFUSED' });
const [GRAPH, INITIALIZER, RAW, EXTERNAL] = [7, 5, 9, 13] as const;
const field = (number: number, ...parts: readonly Uint8Array[]): Uint8Array => Buffer.concat(delimited(number, parts));
const said = (key: string, value: string): Uint8Array =>
  field(EXTERNAL, field(1, Buffer.from(key)), field(2, Buffer.from(value)));

interface Place {
  readonly offset?: string;
  readonly length?: string;
}

function graphOf(places: readonly Place[]): Uint8Array {
  const tensors = places.map((place) =>
    field(INITIALIZER, said('location', 'w'), ...Object.entries(place).map(([key, value]) => said(key, value))),
  );
  return field(GRAPH, ...tensors);
}

/** What comes out as weights, tensor by tensor. */
function inlined(places: readonly Place[], weights: Uint8Array): Uint8Array[] {
  const whole = inlineWeights({ path: 'm.onnx', bytes: graphOf(places) }, [{ path: 'w', bytes: weights }]);
  const [graph] = rawFields(whole);
  return rawFields(graph!.content).map(
    ({ content }) => rawFields(content).find(({ number }) => number === RAW)?.content ?? new Uint8Array(),
  );
}

test('what comes out lies where the graph says, inside the file; every other place is refused', () => {
  const weights = Uint8Array.from({ length: 64 }, (_, at) => at + 1);
  const number = fc.oneof(
    fc.nat(80).map(String),
    fc.constantFrom('999999999999999', '9007199254740993', '-1', '1.5', '1e1', '', ' 3', '0x4', 'NaN', '٣'),
  );
  const place = fc.record({ offset: number, length: number }, { requiredKeys: [] });
  const read = (text: string | undefined, otherwise: number): number =>
    text === undefined ? otherwise : /^[0-9]+$/.test(text) ? Number(text) : Number.NaN;
  fc.assert(
    fc.property(fc.array(place, { minLength: 1, maxLength: 4 }), (places) => {
      const expected = places.map((one) => {
        const offset = read(one.offset, 0);
        const end = offset + read(one.length, weights.length - offset);
        return offset >= 0 && end >= offset && end <= weights.length && offset <= weights.length
          ? weights.slice(offset, end)
          : null;
      });
      if (expected.includes(null)) expect(() => inlined(places, weights)).toThrow(refused);
      else expect(inlined(places, weights).map((one) => Uint8Array.from(one))).toEqual(expected);
    }),
    { numRuns: 1_000 },
  );
});

test('places that lie over each other count each time, and none makes room for others', () => {
  const weights = new Uint8Array(MAX_MODEL_BYTES / 8);
  const times = (count: number): Place[] => Array.from({ length: count }, () => ({ offset: '0' }));
  expect(() => inlined(times(8), weights)).toThrow(/larger than 512 MiB/);
  expect(() => inlined([{ offset: '999999999999999' }, ...times(8)], weights)).toThrow(/too short/);
});

test('a graph of millions of empty parts is refused before they fill the memory', () => {
  const empty = field(
    GRAPH,
    new Uint8Array(2_000_000).fill(1 * 8 + 2).map((byte, at) => (at % 2 === 0 ? byte : 0)),
  );
  expect(() => inlineWeights({ path: 'm.onnx', bytes: empty }, [])).toThrow(refused);
});
