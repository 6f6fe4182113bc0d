import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Digest } from '../../../src-shared/domain/ids.ts';
import { TestChain } from '../../chain/test-chain.ts';
import { TestMarket } from '../../chain/test-market.ts';
import { onnxRuntime } from '../../compute/runtimes/onnx.ts';
import { numbersOf } from '../../compute/tensor.ts';
import { largest } from '../../compute/verification/apart.ts';
import { publishable } from '../../compute/verification/agree.ts';
import { noise, transformer } from '../../compute/verification/test-runs.ts';
import type { Manifest, Verification } from '../../models/manifest.ts';
import { writeModel } from '../../models/onnx/write.ts';
import type { ModelProto } from '../../models/onnx/types.ts';
import { MANIFEST, TestBlobs } from '../../tasks/test-world.ts';
import { evidenceCall } from '../court-calls.ts';
import { APPEALS } from '../party.ts';
import { accused, all, Citizen, seated, Trial } from '../test-court.ts';
import { traceEvidence } from './evidence.ts';

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

/** The same graph with more in one weight of one node. */
function altered(model: ModelProto, node: number, by = 0.5): ModelProto {
  const weight = model.graph?.nodes?.[node]?.inputs?.[1];
  const initializers = model.graph?.initializers?.map((tensor) => {
    if (tensor.name !== weight || tensor.raw === undefined) return tensor;
    const values = new Float32Array(Uint8Array.from(tensor.raw).buffer);
    values[5] = (values[5] as number) + by;
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
  // A side that computes wrongly believes itself; further panels are about other things.
  citizen.settings.set(APPEALS, { on: false, most: '0' });
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

/** Seats are drawn by lot: one of two jurors may have none. */
async function finished(trial: Trial): Promise<void> {
  await trial.until(() => trial.draw.seed !== null, 'the draw');
  const seated = (): number =>
    trial.everybody.filter((one) => one.sees(trial.id, ({ ballot }) => ballot.seats > 0)).length;
  await trial.until(() => seated() > 0, 'a seat');
  const jurors = seated();
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
    text: `They part at node ${JUDGED + 1} of 32, MatMul. What the solver has there does not follow from its own inputs.`,
    parting: { node: JUDGED + 1, nodes: 32, op: 'MatMul', claimant: { holds: true }, defendant: { holds: false } },
  });
  expect(agreement?.verdict).toBe('different');
  // What machines show each other is nothing for people to read.
  expect(evidence).toEqual(['https://example.org/why']);
  await finished(trial);
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
  await finished(trial);
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
  await finished(trial);
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
  await finished(trial);
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

/** A contester that takes another run for its own, a little off where two values are added up in the end. */
function echo(citizen: Citizen): void {
  const run = citizen.probe;
  const ends = [...(HONEST.graph?.nodes?.at(-1)?.inputs ?? []), 'y'];
  citizen.probe = async (job) => {
    const tensors = await run(job);
    const [a, b] = ends.map((name) => Float32Array.from(numbersOf(tensors.find((one) => one.name === name)!)));
    // What counts as agreeing is a share of the largest value.
    const moved = [a!, b!].map((values) => values.map((value) => value + 1.5e-4 * largest(values)));
    const forged = [...moved, moved[0]!.map((value, at) => value + moved[1]![at]!)];
    return tensors.map((one) => {
      const values = forged[ends.indexOf(one.name)];
      return values === undefined ? one : { ...one, bytes: new Uint8Array(values.buffer) };
    });
  };
}

test('two friends whose runs part where both are right do not save a wrong result', async () => {
  const wrong = altered(HONEST, JUDGED);
  const [solver, claimant] = [await machine(TOLERANCE, wrong), await machine(TOLERANCE, wrong)];
  echo(claimant);
  const jurors = [await machine(TOLERANCE, HONEST, true), await machine(TOLERANCE, HONEST, true)];
  const trial = await tried(solver, claimant, jurors);
  await trial.until(
    () =>
      jurors.every((one) =>
        one.sees(trial.id, ({ bisection, agreement: own }) => bisection.state === 'done' && own !== null),
      ),
    'the comparison',
  );
  expect(jurors[0]!.case(trial.id).bisection).toMatchObject({ wrong: 'nobody', parting: { op: 'Add', node: 32 } });
  await finished(trial);
  expect(claimant.case(trial.id)).toMatchObject({ ruling: 'claimant' });
});

test('strangers fill no room of the two sides with what they show', async () => {
  const [solver, claimant] = [await machine(TOLERANCE, altered(HONEST, JUDGED)), await machine(TOLERANCE)];
  const juror = await machine(TOLERANCE, HONEST, true);
  const stranger = await machine(TOLERANCE);
  let show = (): void => undefined;
  const may = new Promise<void>((resolve) => (show = resolve));
  const own = solver.probe;
  solver.probe = async (job) => {
    await may;
    return own(job);
  };
  const trial = await tried(solver, claimant, [juror]);
  await trial.until(() => trial.dispute.evidence.length === 2, 'the run of one side');
  const { court } = chain.network.contracts;
  for (let n = 0; n < 40; n++) await chain.sendData(stranger.node.wallet, court, evidenceCall(trial.id, `noise ${n}`));
  show();
  await trial.until(() => juror.case(trial.id).bisection.state === 'done', 'the node');
  expect(juror.case(trial.id).bisection).toMatchObject({ wrong: 'defendant' });
  expect(trial.dispute.evidence.filter(({ text }) => text.startsWith('noise')).length).toBe(16);
});

test('a side that lost its files serves the same run again', async () => {
  const [solver, claimant] = [await machine(TOLERANCE, altered(HONEST, JUDGED)), await machine(TOLERANCE)];
  const juror = await machine(TOLERANCE, HONEST, true);
  blobs.silent.add(claimant.address.toLowerCase());
  const trial = await tried(solver, claimant, [juror]);
  await trial.until(() => trial.dispute.evidence.length === 3, 'both runs');
  claimant.node.db.prepare('DELETE FROM traces').run();
  blobs.forget(claimant.address);
  blobs.silent.clear();
  await claimant.crash();
  await claimant.reopen();
  await trial.until(() => juror.case(trial.id).bisection.state === 'done', 'the node');
  expect(juror.case(trial.id).bisection).toMatchObject({ wrong: 'defendant', parting: { node: JUDGED + 1 } });
  expect(trial.dispute.evidence.length).toBe(3);
});

test.each([
  ['shows nothing', 'silent', 'defendant'],
  ['shows its run, but not the values', 'stingy', 'defendant'],
  ['shows what does not belong to the model', 'garbled', 'defendant'],
  ['shows an honest run', 'honest', 'claimant'],
] as const)('a result just beyond the tolerance, and a contester that %s', async (_name, how, ruling) => {
  // As far off as a machine that rounds oddly; only that its weight is another one gives it away.
  const [solver, claimant] = [await machine(TOLERANCE, altered(HONEST, JUDGED, 1e-3)), await machine(TOLERANCE)];
  const jurors = [await machine(TOLERANCE, HONEST, true), await machine(TOLERANCE, HONEST, true)];
  const run = claimant.probe;
  claimant.probe = async (job) => {
    if (how === 'silent') throw new Error('no run of mine');
    const tensors = await run(job);
    return how === 'garbled' ? tensors.filter((_, at) => at % 2 === 1) : tensors;
  };
  if (how === 'stingy') blobs.silent.add(claimant.address.toLowerCase());
  const trial = await tried(solver, claimant, jurors);
  await trial.until(() => jurors.every((one) => one.sees(trial.id, ({ agreement }) => agreement !== null)), 'the runs');
  expect(jurors[0]!.case(trial.id).agreement).toMatchObject({ verdict: 'different' });
  await finished(trial);
  expect(solver.case(trial.id)).toMatchObject({ ruling });
});

test('a solver that keeps its result to itself loses: what nobody can have, nobody can find right', async () => {
  // Another result than anybody else's: equal bytes could be had from others.
  const [solver, claimant] = [await machine(TOLERANCE, altered(HONEST, JUDGED)), await machine(TOLERANCE)];
  const jurors = [await machine(TOLERANCE, HONEST, true), await machine(TOLERANCE, HONEST, true)];
  blobs.silent.add(solver.address.toLowerCase());
  const trial = await tried(solver, claimant, jurors);
  await trial.until(
    () => jurors.every((one) => one.node.log.some((line) => line.includes('No peer has it'))),
    'what the jurors find out',
  );
  await finished(trial);
  expect(claimant.case(trial.id)).toMatchObject({ ruling: 'claimant' });
});
