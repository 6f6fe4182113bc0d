import { seeded, type Random } from './random.ts';
import { elements, wireBytes, type Dtype, type TensorSpec } from './tensors.ts';
import { writeValues, type Scalar } from './scalars.ts';

const DRAWN = 4;
const SMALL = 16;

/** Wire forms to try a model with: nothing, and some drawn from a fixed seed. Whole numbers, so that exact models stay exact. */
export function testInputs(specs: readonly TensorSpec[]): Uint8Array[] {
  const random = seeded(20_261_121);
  const drawn = Array.from({ length: DRAWN }, () =>
    Buffer.concat(
      specs.map((spec) =>
        writeValues(
          spec,
          Array.from({ length: elements(spec) }, () => draw(spec.dtype, random)),
        ),
      ),
    ),
  );
  return [new Uint8Array(wireBytes(specs)), ...drawn];
}

function draw(dtype: Dtype, random: Random): Scalar {
  switch (dtype) {
    case 'bool':
      return random.below(2);
    case 'uint8':
      return random.below(256);
    case 'int8':
      return random.below(256) - 128;
    case 'int64':
    case 'uint64':
      return String(random.below(SMALL));
    default:
      return random.below(SMALL);
  }
}
