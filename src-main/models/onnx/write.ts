import { modelSchema, type Field, type Schema } from './schema.ts';
import type { ModelProto } from './types.ts';

/** Encodes in order of field numbers: the same model always gives the same bytes. */
export function writeModel(model: ModelProto): Uint8Array {
  return Uint8Array.from(message(model as Record<string, unknown>, modelSchema));
}

type Bytes = number[] | Uint8Array;

function message(value: Record<string, unknown>, schema: Schema): Uint8Array {
  const parts: Bytes[] = [];
  for (const [number, field] of Object.entries(schema)) {
    const content = value[field.name];
    // An empty list is no field at all, as in every other writer.
    if (content !== undefined && !(Array.isArray(content) && content.length === 0))
      for (const part of encode(Number(number), field, content)) parts.push(part);
  }
  return join(parts);
}

function encode(number: number, field: Field, value: unknown): Bytes[] {
  const delimited = (content: Bytes): Bytes[] => [varint(number * 8 + 2), varint(content.length), content];
  switch (field.kind) {
    case 'int':
      return [varint(number * 8), varint(value as number)];
    case 'float':
      return [varint(number * 8 + 5), float(value as number)];
    case 'text':
      return delimited(new TextEncoder().encode(value as string));
    case 'bytes':
      return delimited(value as Uint8Array);
    case 'message':
      return delimited(message(value as Record<string, unknown>, field.of()));
    case 'ints':
      return delimited((value as number[]).flatMap(varint));
    case 'floats':
      return delimited((value as number[]).flatMap(float));
    case 'texts':
      return (value as string[]).flatMap((text) => delimited(new TextEncoder().encode(text)));
    case 'messages':
      return (value as Record<string, unknown>[]).flatMap((one) => delimited(message(one, field.of())));
    case 'tally':
    case 'passed':
    case 'present':
      throw new TypeError(`the field ${field.name} is never written`);
  }
}

/** Two's complement over 64 bits, as protobuf writes int64. */
function varint(value: number): number[] {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return [...bytes, Number(rest)];
}

function float(value: number): number[] {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return [...bytes];
}

function join(parts: readonly Bytes[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
