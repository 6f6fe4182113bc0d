import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { env, InterruptableStoppingCriteria, pipeline, TextStreamer } from '@huggingface/transformers';
import { checkBundle, splitBundle } from '../../models/bundle.ts';
import { readText, writeText } from '../../models/codec.ts';
import { InputError, OutputError } from '../../models/errors.ts';
import { wireBytes } from '../../models/tensors.ts';
import { ComputeError } from '../job.ts';
import { message } from './onnx.ts';
import type { RunContext, Runtime } from './runtime.ts';

/** What a loaded pipeline of transformers.js is, as far as it is used here. */
interface Pipe {
  (text: string, options: object): Promise<unknown>;
  readonly model: { readonly config: { readonly id2label?: Readonly<Record<string, string>> } };
  readonly tokenizer: ConstructorParameters<typeof TextStreamer>[0];
  dispose(): Promise<unknown>;
}

type Task = 'text-classification' | 'feature-extraction' | 'text-generation';

/** Text models in ONNX with their tokenizers, on the processor, from the bundle alone: nothing is fetched. @param folder that may be written to */
export function transformersRuntime(folder: string): Runtime {
  return {
    name: 'transformers',
    async load(bytes, model) {
      const { header, files } = splitBundle(bytes);
      checkBundle(bytes, model.name);
      const name = `text-${randomBytes(8).toString('hex')}`;
      for (const file of files) {
        const path = join(folder, name, file.path);
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, file.bytes);
      }
      Object.assign(env, {
        allowRemoteModels: false,
        allowLocalModels: true,
        localModelPath: folder,
        useFSCache: false,
        useBrowserCache: false,
      });
      const remove = (): void => rmSync(join(folder, name), { recursive: true, force: true });
      const pipe = await open(header.task, name).catch((error: unknown) => {
        remove();
        throw new ComputeError('RUN_FAILED', `The text model cannot be loaded: ${message(error)}`);
      });
      const wanted = wireBytes(model.inputs);
      const size = wireBytes(model.outputs);
      let released = false;
      return {
        provider: 'cpu',
        async run(input, context) {
          if (released) throw new InputError('RUN_FAILED', 'The model was let go.');
          if (input.length !== wanted)
            throw new InputError('INPUT_SIZE', `The input has ${input.length} bytes, not ${wanted}.`);
          if (context?.signal.aborted) throw new ComputeError('CANCELLED', 'The job was cancelled.');
          const text = readText(input);
          if (header.task === 'text-generation')
            return writeText(await generate(pipe, text, header.maxTokens, context), size);
          const numbers = header.task === 'feature-extraction' ? await features(pipe, text) : await scores(pipe, text);
          if (numbers.byteLength !== size)
            throw new OutputError('OUTPUT_SIZE', `The model gives ${numbers.length} numbers, not ${size / 4}.`);
          return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
        },
        async release() {
          if (released) return;
          released = true;
          await pipe.dispose();
          remove();
        },
      };
    },
  };
}

async function open(task: Task, name: string): Promise<Pipe> {
  const session_options = {
    graphOptimizationLevel: 'basic',
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
  } as const;
  return (await pipeline(task, name, {
    local_files_only: true,
    dtype: 'fp32',
    device: 'cpu',
    session_options,
  })) as unknown as Pipe;
}

/** Scores in the order of the model's own labels. */
async function scores(pipe: Pipe, text: string): Promise<Float32Array> {
  const found = (await pipe(text, { top_k: null })) as Array<{ label: string; score: number }>;
  const order = Object.entries(pipe.model.config.id2label ?? {}).sort(([a], [b]) => Number(a) - Number(b));
  return Float32Array.from(order, ([, label]) => found.find((each) => each.label === label)?.score ?? 0);
}

async function features(pipe: Pipe, text: string): Promise<Float32Array> {
  const { data } = (await pipe(text, { pooling: 'mean', normalize: true })) as { data: Float32Array };
  return Float32Array.from(data);
}

/** The likeliest token each time: the same text for the same prompt. */
async function generate(pipe: Pipe, text: string, maxTokens: number, context: RunContext | undefined): Promise<string> {
  const stop = new InterruptableStoppingCriteria();
  const cancel = (): void => stop.interrupt();
  let tokens = 0;
  const streamer = new TextStreamer(pipe.tokenizer, {
    skip_prompt: true,
    callback_function: () => undefined,
    token_callback_function: () => context?.progress(Math.min(1, ++tokens / maxTokens)),
  });
  context?.signal.addEventListener('abort', cancel, { once: true });
  try {
    const options = {
      max_new_tokens: maxTokens,
      do_sample: false,
      return_full_text: false,
      streamer,
      stopping_criteria: stop,
    };
    const [answer] = (await pipe(text, options)) as Array<{ generated_text: string }>;
    if (context?.signal.aborted) throw new ComputeError('CANCELLED', 'The job was cancelled.');
    context?.progress(1);
    return answer?.generated_text ?? '';
  } finally {
    context?.signal.removeEventListener('abort', cancel);
  }
}
