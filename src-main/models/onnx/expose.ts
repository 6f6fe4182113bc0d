import { writeModel } from './write.ts';

/**
 * The same file with more graph outputs. Appending a second `graph` field is enough: protobuf merges messages that are
 * given twice and joins their lists (protobuf.dev, "Last One Wins"), and onnxruntime infers the types.
 * @param names values that nodes produce and the graph does not give out already
 */
export function exposeOutputs(bytes: Uint8Array, names: readonly string[]): Uint8Array {
  if (names.length === 0) return bytes;
  const more = writeModel({ graph: { outputs: names.map((name) => ({ name })) } });
  const whole = new Uint8Array(bytes.length + more.length);
  whole.set(bytes);
  whole.set(more, bytes.length);
  return whole;
}
