import type { Amount } from '../../src-shared/domain/ids.ts';
import { ModelRefusedError } from './errors.ts';
import { cidOf, sha256 } from './hash.ts';
import { inspect, type Port } from './inspect.ts';
import { checkManifest, type Manifest, type Verification } from './manifest.ts';
import type { Presentation } from './presentation.ts';
import type { TensorSpec } from './tensors.ts';

/** 0.01 MOOT: markets refuse tasks that pay nothing. Base units. */
const SUGGESTED_FEE = '10000000000000000' as Amount;

/** What a person says about a model of their own; the rest is read from the graph. */
export interface OwnWords {
  readonly name: string;
  readonly author?: string;
  readonly description?: string;
  readonly license?: string;
  readonly verification?: Verification;
  readonly presentation?: Presentation;
  readonly fee?: Amount;
  readonly timeMs?: number;
  readonly accuracy?: string;
}

/** Float results of foreign graphs differ by some 1e-6 between machines; ten times that and more is allowed. */
const FLOATS: Verification = { kind: 'tolerance', atol: 1e-4, rtol: 1e-4 };

/**
 * Manifest of a file. Answers are compared with a tolerance unless the author vouches for more: that a graph is exact
 * cannot be seen from outside. @throws OnnxFormatError, ModelRefusedError, ManifestError
 */
export function deriveManifest(bytes: Uint8Array, words: OwnWords): Manifest {
  const graph = inspect(bytes);
  const open = [...graph.inputs, ...graph.outputs].filter((port) => staticSpec(port) === undefined);
  const problems = [
    ...graph.problems,
    ...open.map((port) => `the shape of “${port.name}” is not fixed: [${port.shape.join(', ')}]`),
  ];
  if (problems.length > 0) throw new ModelRefusedError(problems);
  const digest = sha256(bytes);
  return checkManifest({
    format: 1,
    name: words.name,
    author: words.author ?? '',
    description: words.description ?? '',
    license: words.license ?? 'unknown',
    file: { cid: cidOf(digest), digest, bytes: bytes.length, name: 'model.onnx' },
    runtime: 'onnx',
    onnx: { ir: graph.ir, opset: graph.opset },
    verification: words.verification ?? FLOATS,
    inputs: graph.inputs.map(staticSpec),
    outputs: graph.outputs.map(staticSpec),
    presentation: words.presentation ?? { input: { kind: 'tensors' }, output: { kind: 'tensors' } },
    fee: words.fee ?? SUGGESTED_FEE,
    bounds: { memoryBytes: graph.memoryEstimate, timeMs: words.timeMs ?? 60_000 },
    accuracy: words.accuracy ?? null,
  });
}

function staticSpec({ name, dtype, shape }: Port): TensorSpec | undefined {
  if (dtype === 'unknown' || shape.some((dimension) => typeof dimension === 'string')) return undefined;
  return { name, dtype, shape: shape as readonly number[] };
}
