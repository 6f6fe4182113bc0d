import type { ModelRef } from '../protocol.ts';

/** A model that is loaded and can be run again and again, one run at a time. */
export interface Session {
  /** Wire form in, wire form out. @throws InputError, OutputError, ComputeError (`RUN_FAILED`) */
  run(input: Uint8Array): Promise<Uint8Array>;
  release(): Promise<void>;
}

/** An engine for one kind of model files. Only onnx so far; the interface is where others come in. */
export interface Runtime {
  readonly name: 'onnx';
  /** @param bytes the file, already checked against `model.digest` */
  load(bytes: Uint8Array, model: ModelRef): Promise<Session>;
}
