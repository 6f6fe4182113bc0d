import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { writeModel } from '../../models/onnx/write.ts';
import type { NamedTensor } from '../protocol.ts';
import { numbersOf } from '../tensor.ts';
import { largest } from './apart.ts';
import { bisect } from './bisect.ts';
import { layoutOf, type Layout } from './layout.ts';
import { settle, type Case } from './settle.ts';
import { innerShare } from './share.ts';
import { cheatAt, noise, partyOf, runAll, transformer } from './test-runs.ts';
import { entryTensor, readTrace, traceOf, writeTrace, TraceError } from './trace.ts';

const model = transformer(6, 16, 3);
const layout = layoutOf(writeModel(model));
const feeds: NamedTensor[] = [
  { name: 'x', dtype: 'float32', shape: [6, 16], bytes: new Uint8Array(noise(96, 99, 1).buffer) },
];
const honest = await runAll(model, feeds);
const share = innerShare({ kind: 'tolerance', atol: 1e-5, rtol: 1e-5 }, 5);

const caseOf = (claimant: readonly NamedTensor[], defendant: readonly NamedTensor[]): Case => ({
  layout,
  outputs: ['y'],
  inputs: feeds,
  claimant: partyOf(claimant),
  defendant: partyOf(defendant),
  share,
});

/** What another honest engine gets: every value a little off, each by itself; what is only moved is moved as it is. */
function elsewhere(tensors: readonly NamedTensor[], seed: number): NamedTensor[] {
  const off = new Map<string, NamedTensor>();
  tensors.forEach((one, at) => {
    const node = layout.nodes[layout.writer.get(one.name) ?? 0];
    const source = node?.op === 'Transpose' ? off.get(node.reads[0] ?? '') : undefined;
    const values = source === undefined ? jittered(one, seed + at) : turned(source);
    off.set(one.name, { ...one, bytes: new Uint8Array(values.buffer) });
  });
  return [...off.values()];
}

function jittered(one: NamedTensor, seed: number): Float32Array {
  const off = noise(one.bytes.length / 4, seed, 1e-7);
  return Float32Array.from(numbersOf(one), (value, at) => value * (1 + (off[at] as number)));
}

function turned(one: NamedTensor): Float32Array {
  const [rows = 0, columns = 0] = one.shape;
  const values = numbersOf(one);
  return Float32Array.from(
    { length: values.length },
    (_, at) => values[(at % rows) * columns + Math.floor(at / rows)] as number,
  );
}

test('wherever a value was altered by one percent of its range, the node is found and its author is wrong', async () => {
  const worst = { rounds: 0 };
  for (const { index, op } of layout.nodes) {
    const cheat = await cheatAt(model, feeds, honest, index, (values) => {
      const range = largest(values);
      values[index % values.length] = (values[index % values.length] as number) + 0.01 * range;
    });
    const theirs = elsewhere(honest, index);
    const asDefendant = await settle(caseOf(theirs, cheat));
    // What is altered may vanish again before the end (a softmax, a zero weight): then nobody contests either.
    if (asDefendant.at === null) continue;
    expect([asDefendant.wrong, asDefendant.at.node, asDefendant.at.op], `altered at ${index} ${op}`).toEqual([
      'defendant',
      index,
      op,
    ]);
    expect((await settle(caseOf(cheat, theirs))).wrong).toBe('claimant');
    worst.rounds = Math.max(worst.rounds, asDefendant.rounds);
  }
  expect(worst.rounds).toBeGreaterThan(2);
  // log2(42) and what the branches of three blocks cost.
  expect(worst.rounds).toBeLessThan(16);
});

test('two honest machines that differ by rounding are never called wrong', async () => {
  for (let seed = 1; seed < 20; seed++) {
    const { wrong } = await settle({ ...caseOf(honest, elsewhere(honest, 1_000 * seed)), share: 2 ** -26 });
    expect(['nobody', 'unknown']).toContain(wrong);
  }
});

test('runs that are alike by a loose measure are looked at more closely: a small lie is found, honest rounding is none', async () => {
  const lie = await cheatAt(model, feeds, honest, 20, (values) => {
    values[0] = (values[0] as number) * (1 + 2e-4);
  });
  const loose = { share: 2 ** -8 };
  expect(await settle({ ...caseOf(elsewhere(honest, 3), lie), ...loose })).toMatchObject({ wrong: 'defendant' });
  expect((await settle({ ...caseOf(honest, elsewhere(honest, 4)), ...loose })).wrong).toBe('nobody');
});

test('a lie that is spread thin over all nodes is not pinned on the honest side', async () => {
  const thin = elsewhere(honest, 5).map((one) => {
    const values = Float32Array.from(numbersOf(one), (value) => value * (1 + 2e-5));
    return { ...one, bytes: new Uint8Array(values.buffer) };
  });
  expect((await settle(caseOf(honest, thin))).wrong).not.toBe('claimant');
  expect((await settle(caseOf(thin, honest))).wrong).not.toBe('defendant');
});

test('whoever hides a value, or gives it another shape, does not make the other side wrong', async () => {
  const cheat = await cheatAt(model, feeds, honest, 10, (values) => values.fill(1));
  const name = layout.nodes[10]?.writes[0] ?? '';
  const hidden = cheat.filter((one) => one.name !== name);
  const reshaped = cheat.map((one) => (one.name === name ? { ...one, shape: [one.bytes.length / 4] } : one));
  for (const dodge of [hidden, reshaped]) {
    const { wrong } = await settle(caseOf(honest, dodge));
    expect(['defendant', 'unknown']).toContain(wrong);
  }
});

test('bisection finds a node whose inputs agree, in any graph, whatever was altered', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.nat(), { maxLength: 3 }), { minLength: 1, maxLength: 60 }),
      fc.nat(),
      fc.array(fc.boolean(), { minLength: 60, maxLength: 60 }),
      async (links, pick, heals) => {
        const graph: Layout = {
          nodes: links.map((from, index) => ({
            index,
            op: 'N',
            proto: {},
            reads: index === 0 ? [] : [...new Set(from.map((n) => `v${n % index}`))],
            writes: [`v${index}`],
          })),
          weights: new Map(),
          opset: 21,
          writer: new Map(links.map((_, index) => [`v${index}`, index])),
        };
        const altered = pick % links.length;
        const differs: boolean[] = [];
        for (const { index, reads } of graph.nodes)
          differs[index] = index === altered || (!heals[index] && reads.some((name) => differs[Number(name.slice(1))]));
        const last = links.length - 1;
        const { node, rounds } = await bisect(graph, last, async (at) => !differs[at]);
        expect(rounds).toBeLessThanOrEqual(links.length);
        expect(node).toBe(differs[last] ? altered : null);
      },
    ),
  );
});

test('a trace is what was committed to, byte for byte, or it is refused', () => {
  const trace = traceOf(honest);
  const bytes = writeTrace(trace);
  expect(readTrace(bytes, trace.root)).toEqual(trace);
  const [first] = trace.entries;
  if (first === undefined) throw new Error('a trace has entries');
  const other = traceOf(honest.slice(1));
  for (const [file, root] of [
    [bytes, other.root],
    [writeTrace(other), trace.root],
    [Buffer.from('{'), trace.root],
    [Buffer.from('[]'), trace.root],
    [Buffer.from(JSON.stringify([{ ...first, shape: [-1] }])), trace.root],
    [writeTrace({ root: '', entries: [first, first] }), trace.root],
  ] as const)
    expect(() => readTrace(file, root)).toThrow(TraceError);
  const value = (honest[0] as NamedTensor).bytes;
  expect(entryTensor(first, value).bytes).toBe(value);
  expect(() => entryTensor(first, value.subarray(4))).toThrow(TraceError);
});
