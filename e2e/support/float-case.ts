import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Digest, TaskId } from '../../src-shared/domain/ids.ts';
import type { DisputeView } from '../../src-shared/domain/disputes.ts';
import { onnxRuntime } from '../../src-main/compute/runtimes/onnx.ts';
import { traceOf, writeTrace } from '../../src-main/compute/verification/trace.ts';
import { BlobStore } from '../../src-main/content/index.ts';
import type { Manifest } from '../../src-main/models/manifest.ts';
import { readModel } from '../../src-main/models/onnx/read.ts';
import { writeModel } from '../../src-main/models/onnx/write.ts';
import { profilePaths } from '../../src-main/node/paths.ts';
import type { ChainReader } from './chain.ts';
import { Cheater } from './cheater.ts';
import { NodeProcess } from './node-process.ts';

const FOLDER = join(import.meta.dirname, '../../resources/models/number-odds');
const SLOW_MS = 240_000;
/** The layer whose weights the cheater changed. */
const LAYER = 'weights2';

export interface FloatNeeds {
  readonly root: string;
  readonly chain: ChainReader;
  readonly asker: NodeProcess;
  /** Serves as a juror, and tells what it found. */
  readonly juror: NodeProcess;
  readonly say: (text: string) => void;
  readonly input: Uint8Array;
  /** Posts a task of the model in floats. @returns its key */
  readonly post: () => Promise<string>;
}

/**
 * A solver of a model in floats that saves itself nothing but lies: it changed the weights of one layer, computes
 * honestly otherwise, and shows that run to the court. The node where it leaves the others is found.
 */
export class FloatCase {
  readonly #needs: FloatNeeds;
  readonly #cheater: Cheater;
  readonly #host: NodeProcess;

  constructor(needs: FloatNeeds) {
    this.#needs = needs;
    this.#cheater = new Cheater(needs.chain);
    // Peers fetch from peers: the cheater's files lie with a node of its own.
    const network = join(needs.asker.profile, 'sandbox', 'network.json');
    this.#host = new NodeProcess(join(needs.root, 'host'), ['--network', network]);
  }

  get accounts(): readonly string[] {
    const host = this.#host.state.wallet.address;
    return [this.#cheater.address, ...(host === null ? [] : [host])];
  }

  async stop(): Promise<void> {
    await this.#host.stop();
  }

  /** @returns whether the court found the node and said who lied */
  async tell(): Promise<boolean> {
    const { chain, asker, juror, say, post } = this.#needs;
    await this.#host.start();
    await chain.gift(this.#cheater.address);
    await this.#host.until('the host online', ({ network }) => network.state === 'online');
    const forged = await this.#forge();
    const key = await post();
    const id = await asker.until('the task on chain', ({ tasks }) => tasks.find((task) => task.key === key)?.id);
    await this.#cheater.solve(id as TaskId, forged.result);
    const answer = await asker.until(
      'the forged answer',
      ({ tasks }) => tasks.find((task) => task.key === key)?.answer,
    );
    say(`A model in floats is answered with changed weights: “${answer.text}”. The asker contests it.`);
    await asker.call('disputes.contest', { task: id as never });
    const find = ({ disputes }: typeof asker.state): DisputeView | undefined =>
      disputes.find(({ task }) => task === id);
    const { id: number } = await asker.until('the case', find);
    await this.#cheater.show(number, forged.trace);
    const found = await juror.until(
      'the node where they part',
      ({ disputes }) => disputes.find(({ id: each, bisection }) => each === number && bisection.state === 'done'),
      SLOW_MS,
    );
    say(`Bisection: ${found.bisection.text}`);
    const { parting } = found.bisection;
    if (parting !== null)
      say(`  ${parting.rounds} of ${parting.nodes} nodes compared, ${parting.bytes} bytes fetched.`);
    await asker.until(
      'the ruling',
      (state) => find(state)?.ruling === 'claimant' && find(state)?.state === 'final',
      SLOW_MS,
    );
    await asker.until('the money back', ({ tasks }) => tasks.find((task) => task.key === key)?.state === 'overturned');
    say('The jury says so too; the asker has everything back.');
    return found.bisection.wrong === 'defendant' && parting !== null;
  }

  /** The run with changed weights: its result and every value, in the store of the host. */
  async #forge(): Promise<{ result: { digest: Digest; size: number }; trace: { file: Digest; root: string } }> {
    const manifest = JSON.parse(readFileSync(join(FOLDER, 'manifest.json'), 'utf8')) as Manifest;
    const file = readFileSync(join(FOLDER, 'model.onnx'));
    const ref = {
      name: manifest.name,
      path: '',
      digest: manifest.file.digest,
      bytes: file.length,
      inputs: manifest.inputs,
      outputs: manifest.outputs,
      optimise: 'disabled',
      runtime: 'onnx',
      memoryBytes: manifest.bounds.memoryBytes,
    } as const;
    const tensors = (await onnxRuntime.trace?.(changed(file), ref, this.#needs.input, 'all')) ?? [];
    const network = this.#needs.chain.network.name;
    const store = new BlobStore(profilePaths(this.#host.profile, network).blobs);
    for (const { bytes } of tensors) await store.put(bytes);
    const trace = traceOf(tensors);
    const { digest } = await store.put(writeTrace(trace));
    const result = tensors.find(({ name }) => name === manifest.outputs[0]?.name);
    if (result === undefined) throw new Error('the model has an output');
    const kept = await store.put(result.bytes);
    return { result: { digest: kept.digest, size: kept.size }, trace: { file: digest, root: trace.root } };
  }
}

/** The same graph with the weights of one layer turned round. */
function changed(file: Uint8Array): Uint8Array {
  const model = readModel(file);
  const initializers = model.graph?.initializers?.map((tensor) => {
    if (tensor.name !== LAYER || tensor.raw === undefined) return tensor;
    const values = new Float32Array(Uint8Array.from(tensor.raw).buffer).reverse();
    return { ...tensor, raw: new Uint8Array(values.buffer) };
  });
  return writeModel({ ...model, graph: { ...model.graph, ...(initializers === undefined ? {} : { initializers }) } });
}
