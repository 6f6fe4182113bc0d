import { readText, writeText } from '../../models/codec.ts';
import { ModelChangedError } from '../../models/errors.ts';
import { cogSchema } from '../../models/runtimes.ts';
import { wireBytes } from '../../models/tensors.ts';
import { ComputeError } from '../job.ts';
import { cogHealth, cogSchemaOf, predict } from '../servers/cog-server.ts';
import { askedSession } from './asked.ts';
import { described, serverOf } from './described.ts';
import type { Runtime } from './runtime.ts';

/** A server or container with the HTTP interface of Cog. It must have the very inputs that the model was published with. */
export const cogRuntime: Runtime = {
  name: 'cog',
  async load(bytes, model) {
    const cog = described(bytes, cogSchema);
    const server = serverOf(model);
    const health = await cogHealth(server);
    if (health !== 'READY') throw new ComputeError('SERVER_GONE', `The container is not ready: ${health}.`);
    if ((await cogSchemaOf(server)).digest !== cog.schema) throw new ModelChangedError(model.name);
    const size = wireBytes(model.outputs);
    return askedSession(model, async (input, context) =>
      writeText(await predict(server, cog, readText(input), context), size),
    );
  },
};
