import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Digest } from '../../../src-shared/domain/ids.ts';
import { TestChain } from '../../chain/test-chain.ts';
import { TestMarket } from '../../chain/test-market.ts';
import { onnxRuntime } from '../../compute/runtimes/onnx.ts';
import { publishable } from '../../compute/verification/agree.ts';
import { noise, transformer } from '../../compute/verification/test-runs.ts';
import type { Manifest, Verification } from '../../models/manifest.ts';
import { writeModel } from '../../models/onnx/write.ts';
import type { ModelProto } from '../../models/onnx/types.ts';
import { MANIFEST, TestBlobs } from '../../tasks/test-world.ts';
import { evidenceCall } from '../court-calls.ts';
import { accused, all, Citizen, seated, Trial } from '../test-court.ts';
import { traceEvidence } from './evidence.ts';
import { weigh } from './weigh.ts';

const INPUT_SPEC = { name: 'x', dtype: 'float32', shape: [4, 8] } as const;
const OUTPUT_SPEC = { ...INPUT_SPEC, name: 'y' } as const;
const HONEST = transformer(4, 8, 2);
const INPUT = `0x${Buffer.from(noise(32, 77, 1).buffer).toString('hex')}` as const;
const JUDGED = 12;

let chain: TestChain;
let market: TestMarket;
let blobs: TestBlobs;
beforeEach(async () => {
  chain = await TestChain.start();
  market = await TestMarket.open(chain);
  blobs = new TestBlobs();
});
afterEach(() => chain.stop());

/** The same graph with one percent more in one weight of one node. */
function altered(model: ModelProto, node: number): ModelProto {
  const weight = model.graph?.nodes?.[node]?.inputs?.[1];
  const initializers = model.graph?.initializers?.map((tensor) => {
    if (tensor.name !== weight || tensor.raw === undefined) return tensor;
    const values = new Float32Array(Uint8Array.from(tensor.raw).buffer);
    values[5] = (values[5] as number) + 0.5;
    return { ...tensor, raw: new Uint8Array(values.buffer) };
  });
  return { ...model, graph: { ...model.graph, ...(initializers === undefined ? {} : { initializers }) } };
}

const manifest = (verification: Verification): Manifest =>
  ({
    ...MANIFEST,
    name: 'float model',
    runtime: 'onnx',
    file: { bytes: 1_000 },
    verification,
    inputs: [INPUT_SPEC],
    outputs: [OUTPUT_SPEC],
  }) as unknown as Manifest;

/** A machine that runs these bytes in real sessions. */
function computeWith(citizen: Citizen, model: ModelProto): void {
  const bytes = writeModel(model);
  const ref = (digest: Digest) => ({
    name: 'float model',
    path: '',
    digest,
    bytes: bytes.length,
    inputs: [INPUT_SPEC],
    outputs: [OUTPUT_SPEC],
    optimise: 'disabled' as const,
    runtime: 'onnx' as const,
    memoryBytes: 0,
  });
  citizen.compute = async ({ input, digest }) => {
    const session = await onnxRuntime.load(bytes, ref(digest));
    const output = await session.run(input);
    await session.release();
    return { output, elapsedMs: 1, provider: 'cpu', device: 'cpu' };
  };
  citizen.probe = async ({ input, digest }) => (await onnxRuntime.trace?.(bytes, ref(digest), input, 'all')) ?? [];
}

async function machine(verification: Verification, model: ModelProto = HONEST, jury = false): Promise<Citizen> {
  const citizen = await Citizen.join(chain, { model: market.digest, blobs, manifest: manifest(verification), jury });
  computeWith(citizen, model);
  citizen.modelFile = async () => writeModel(HONEST);
  return citizen;
}

async function resultOf(citizen: Citizen, verification: Verification): Promise<Digest> {
  const job = {
    key: 'k',
    manifest: manifest(verification),
    digest: market.digest,
    input: Buffer.from(INPUT.slice(2), 'hex'),
    timeoutMs: 1,
  };
  const { output } = await citizen.compute(job);
  return (await blobs.of(citizen.address).keep(output)).digest;
}

const TOLERANCE: Verification = { kind: 'tolerance', atol: 1e-4, rtol: 1e-4 };

/** @param afterwards what happens between result and contestation */
async function tried(
  solver: Citizen,
  claimant: Citizen,
  jurors: readonly Citizen[],
  afterwards: () => unknown = () => undefined,
): Promise<Trial> {
  await seated(market, jurors);
  const result = await resultOf(solver, TOLERANCE);
  afterwards();
  market = Object.assign(market, { solver: solver.node.wallet });
  const { id } = await accused(market, claimant, [solver, ...jurors], result, { input: INPUT });
  return new Trial(id, [claimant, solver, ...jurors]);
}

async function finished(trial: Trial, jurors: number): Promise<void> {
  await trial.sealed(jurors);
  await trial.opened(jurors);
  await trial.ruled();
  await trial.over();
  for (const one of trial.everybody) expect(one.node.failures).toEqual([]);
}

test('a solver that changed a weight: both sides show their runs, the node is found, and the jury says so', async () => {
  const [solver, claimant] = [await machine(TOLERANCE, altered(HONEST, JUDGED)), await machine(TOLERANCE)];
  const jurors = [await machine(TOLERANCE, HONEST, true), await machine(TOLERANCE, HONEST, true)];
  const trial = await tried(solver, claimant, jurors);
  await trial.until(
    () =>
      jurors.every((one) =>
        one.sees(trial.id, ({ bisection, agreement: own }) => bisection.state === 'done' && own !== null),
      ),
    'the node',
  );
  const { bisection, agreement, evidence } = jurors[0]!.case(trial.id);
  expect(bisection).toMatchObject({
    wrong: 'defendant',
    text: `They part at node ${JUDGED + 1} of 32, MatMul; this machine says the contester. What the solver has there does not follow from its own inputs.`,
    parting: { node: JUDGED + 1, nodes: 32, op: 'MatMul', claimant: { holds: true }, defendant: { holds: false } },
  });
  expect(agreement?.verdict).toBe('different');
  // What machines show each other is nothing for people to read.
  expect(evidence).toEqual(['https://example.org/why']);
  await finished(trial, 2);
  expect(claimant.case(trial.id)).toMatchObject({ ruling: 'claimant', state: 'final' });
});

test('a contester that computes wrongly loses: its own run shows it', async () => {
  const [solver, claimant] = [await machine(TOLERANCE), await machine(TOLERANCE, altered(HONEST, JUDGED))];
  const jurors = [await machine(TOLERANCE, HONEST, true), await machine(TOLERANCE, HONEST, true)];
  const trial = await tried(solver, claimant, jurors);
  await trial.until(
    () =>
      jurors.every((one) =>
        one.sees(trial.id, ({ bisection, agreement: own }) => bisection.state === 'done' && own !== null),
      ),
    'the node',
  );
  expect(jurors[0]!.case(trial.id)).toMatchObject({
    bisection: { wrong: 'claimant', parting: { node: JUDGED + 1 } },
    agreement: { verdict: 'same' },
  });
  await finished(trial, 2);
  expect(solver.case(trial.id)).toMatchObject({ ruling: 'defendant' });
});

test('a solver that shows an honest run to a wrong result has shown that it lied', async () => {
  const [solver, claimant] = [await machine(TOLERANCE, altered(HONEST, JUDGED)), await machine(TOLERANCE)];
  const jurors = [await machine(TOLERANCE, HONEST, true), await machine(TOLERANCE, HONEST, true)];
  // From then on it computes as it should have.
  const trial = await tried(solver, claimant, jurors, () => computeWith(solver, HONEST));
  await trial.until(
    () =>
      jurors.every((one) =>
        one.sees(trial.id, ({ bisection, agreement: own }) => bisection.state === 'done' && own !== null),
      ),
    'the comparison',
  );
  expect(jurors[0]!.case(trial.id).bisection).toMatchObject({ wrong: 'defendant', parting: null });
  await finished(trial, 2);
  expect(claimant.case(trial.id)).toMatchObject({ ruling: 'claimant' });
});

test('rounded: the jury rounds on the grid that the solver chose, and an honest result stands', async () => {
  const verification: Verification = { kind: 'rounded', step: 1e-3 };
  const [solver, claimant] = [await machine(verification), await machine(verification)];
  const jurors = [await machine(verification, HONEST, true), await machine(verification, HONEST, true)];
  await seated(market, jurors);
  const job = {
    key: 'k',
    manifest: manifest(verification),
    digest: market.digest,
    input: Buffer.from(INPUT.slice(2), 'hex'),
    timeoutMs: 1,
  };
  const published = publishable(manifest(verification), (await solver.compute(job)).output);
  const { digest } = await blobs.of(solver.address).keep(published);
  Object.assign(market, { solver: solver.node.wallet });
  const { id } = await accused(market, claimant, [solver, ...jurors], digest, { input: INPUT });
  const trial = new Trial(id, [claimant, solver, ...jurors]);
  await trial.until(() => jurors.every((one) => one.sees(id, ({ agreement }) => agreement !== null)), 'the runs');
  expect(jurors[0]!.case(id).agreement).toEqual({
    verdict: 'same',
    why: 'On the solver’s grid the values are the same.',
  });
  await finished(trial, 2);
  expect(claimant.case(id)).toMatchObject({ ruling: 'defendant' });
});

test('nobody can show a second run once the other side’s is known', async () => {
  const [solver, claimant] = [await machine(TOLERANCE, altered(HONEST, JUDGED)), await machine(TOLERANCE)];
  const juror = await machine(TOLERANCE, HONEST, true);
  const trial = await tried(solver, claimant, [juror]);
  await trial.until(() => trial.dispute.evidence.length === 3, 'both runs');
  const late = traceEvidence({ file: `0x${'ab'.repeat(32)}` as Digest, root: 'cd'.repeat(32) });
  await chain.sendData(solver.node.wallet, chain.network.contracts.court, evidenceCall(trial.id, late));
  await trial.until(() => trial.dispute.evidence.length === 4, 'one more');
  await all(trial.everybody, () => juror.case(trial.id).bisection.state === 'done', 'the node');
  expect(juror.case(trial.id).bisection).toMatchObject({ wrong: 'defendant', parting: { node: JUDGED + 1 } });
});

test('an own run that agrees settles it; one that does not is believed, unless both sides were honest', () => {
  const found = (wrong: NonNullable<Parameters<typeof weigh>[1]>['wrong']) => ({ wrong });
  expect(weigh(2, found('defendant'), true)).toBe(2);
  expect(weigh(1, null, true)).toBeNull();
  expect(weigh(1, null, false)).toBe(1);
  expect(weigh(1, found('nobody'), true)).toBe(2);
  for (const wrong of ['claimant', 'both', 'unknown', 'defendant'] as const)
    expect(weigh(1, found(wrong), true)).toBe(1);
  expect(weigh(null, found('claimant'), true)).toBe(2);
  expect(weigh(null, found('defendant'), true)).toBe(1);
  expect(weigh(null, found('both'), true)).toBe(1);
  expect(weigh(null, found('unknown'), true)).toBeNull();
  expect(weigh(null, null, false)).toBeNull();
});
