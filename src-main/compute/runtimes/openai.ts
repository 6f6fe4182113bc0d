import { readText, writeText } from '../../models/codec.ts';
import { ModelRefusedError, OutputError } from '../../models/errors.ts';
import { openaiSchema } from '../../models/runtimes.ts';
import { wireBytes } from '../../models/tensors.ts';
import { chat, embedding, openaiModels } from '../servers/openai-server.ts';
import { askedSession } from './asked.ts';
import { described, serverOf } from './described.ts';
import type { Runtime } from './runtime.ts';

/** Any server with the OpenAI interface on this machine or in its network: Ollama, llama.cpp, vLLM and others. */
export const openaiRuntime: Runtime = {
  name: 'openai',
  async load(bytes, model) {
    const openai = described(bytes, openaiSchema);
    const server = serverOf(model);
    const present = await openaiModels(server);
    if (!present.includes(openai.model)) throw new ModelRefusedError([`the server has no model “${openai.model}”`]);
    const size = wireBytes(model.outputs);
    return askedSession(model, async (input, context) => {
      if (openai.kind === 'chat') return writeText(await chat(server, openai, readText(input), context), size);
      const vector = Float32Array.from(await embedding(server, openai, readText(input), context));
      if (vector.byteLength !== size)
        throw new OutputError('OUTPUT_SIZE', `The server's vectors have ${vector.length} numbers, not ${size / 4}.`);
      return new Uint8Array(vector.buffer);
    });
  },
};
