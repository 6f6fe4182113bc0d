import { InputError } from '../../models/errors.ts';
import { wireBytes } from '../../models/tensors.ts';
import type { ModelRef } from '../protocol.ts';
import type { RunContext, Session } from './runtime.ts';

/** A model that a server has: input and life are looked after here, `ask` gives the wire form of the answer. */
export function askedSession(
  model: ModelRef,
  ask: (input: Uint8Array, context: RunContext | undefined) => Promise<Uint8Array>,
): Session {
  const wanted = wireBytes(model.inputs);
  let released = false;
  return {
    provider: null,
    async run(input, context) {
      if (released) throw new InputError('RUN_FAILED', 'The model was let go.');
      if (input.length !== wanted)
        throw new InputError('INPUT_SIZE', `The input has ${input.length} bytes, not ${wanted}.`);
      return ask(input, context);
    },
    release: async () => void (released = true),
  };
}
