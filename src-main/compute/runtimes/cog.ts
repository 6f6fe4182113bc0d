import { readText, writeText } from '../../models/codec.ts';
import { ModelChangedError, ModelRefusedError } from '../../models/errors.ts';
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
    const { digest, texts, fetched } = await cogSchemaOf(server);
    if (digest !== cog.schema) throw new ModelChangedError(model.name);
    // Whoever published the model may have chosen an input that the server would fetch from somewhere in this network.
    const wrong = texts.includes(cog.prompt)
      ? Object.keys(cog.constants).find((name) => fetched.includes(name))
      : cog.prompt;
    if (wrong !== undefined)
      throw new ModelRefusedError([`the input ${JSON.stringify(wrong)} of the container is not plain text`]);
    const size = wireBytes(model.outputs);
    return askedSession(model, async (input, context) =>
      writeText(await predict(server, cog, readText(input), context), size),
    );
  },
};
