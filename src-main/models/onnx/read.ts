import { ModelRefusedError, OnnxFormatError } from '../errors.ts';
import { Cursor } from './cursor.ts';
import { modelSchema, type Field, type Schema } from './schema.ts';
import type { ModelProto } from './types.ts';

const MAX_DEPTH = 12;
/** Entries of one repeated field. */
const MAX_LIST = 100_000;
/**
 * Memory for what is read of a file, its weights apart, bytes. A node of a real graph with all that belongs to it takes
 * 1.5 to 4 KiB, so there is room for more than 60,000; parts of two bytes each would take a hundred times their file.
 */
const MAX_HELD = 256 * 1024 * 1024;
/** What a part takes at most, bytes, with its place in a list; a text two for each byte on top. What is passed over takes only time. */
const COST = { message: 200, list: 160, entry: 24, view: 200, text: 40, passed: 16 } as const;

type Message = Record<string, unknown>;

/** What one file may still take. */
class Budget {
  #left = MAX_HELD;

  /** @throws ModelRefusedError */
  take(bytes: number): void {
    this.#left -= bytes;
    if (this.#left < 0) throw new ModelRefusedError(['it has too many parts: nodes, names and lists of numbers']);
  }
}

/**
 * Reads ModelProto with hard bounds; weights stay views into `bytes`.
 * Stricter than protobuf where leniency would let two readers see two models: unknown fields, singular fields given
 * twice and wrong wire types are refused.
 * @throws OnnxFormatError (`ONNX_FORMAT`), ModelRefusedError (`MODEL_REFUSED`) when it has more parts than a process takes
 */
export function readModel(bytes: Uint8Array): ModelProto {
  return message(new Cursor(bytes), modelSchema, 0, new Budget()) as ModelProto;
}

function message(cursor: Cursor, schema: Schema, depth: number, budget: Budget): Message {
  if (depth > MAX_DEPTH) throw new OnnxFormatError('it is nested too deeply');
  budget.take(COST.message);
  const result: Message = {};
  while (!cursor.done) {
    const tag = cursor.small();
    const number = Math.floor(tag / 8);
    const field = Object.hasOwn(schema, number) ? schema[number] : undefined;
    if (field === undefined) throw new OnnxFormatError(`it has an unknown field ${number}`);
    read(cursor, field, tag % 8, result, depth, budget);
  }
  return result;
}

function read(cursor: Cursor, field: Field, wire: number, into: Message, depth: number, budget: Budget): void {
  const { kind, name } = field;
  const expect = (wanted: number): void => {
    if (wire !== wanted) throw new OnnxFormatError(`the field ${name} has the wrong wire type`);
  };
  const single = (wanted: number, value: () => unknown): void => {
    expect(wanted);
    if (Object.hasOwn(into, name)) throw new OnnxFormatError(`the field ${name} is given twice`);
    into[name] = value();
  };
  const repeated = (value: () => unknown): void => {
    budget.take(Object.hasOwn(into, name) ? COST.entry : COST.list + COST.entry);
    const list = (into[name] ??= []) as unknown[];
    if (list.length >= MAX_LIST) throw new OnnxFormatError(`the field ${name} has too many entries`);
    list.push(value());
  };
  const text = (): string => {
    const length = cursor.small();
    budget.take(COST.text + 2 * length);
    return cursor.text(length);
  };
  const packable = (plain: number, source: (from: Cursor) => unknown): void => {
    if (wire === plain) return repeated(() => source(cursor));
    expect(2);
    for (const packed = cursor.window(cursor.small()); !packed.done;) repeated(() => source(packed));
  };
  switch (kind) {
    case 'int':
      return single(0, () => cursor.int());
    case 'float':
      return single(5, () => cursor.float());
    case 'text':
      return single(2, text);
    case 'bytes':
      budget.take(COST.view);
      return single(2, () => cursor.bytes(cursor.small()));
    case 'message':
      return single(2, () => message(cursor.window(cursor.small()), field.of(), depth + 1, budget));
    case 'messages':
      expect(2);
      return repeated(() => message(cursor.window(cursor.small()), field.of(), depth + 1, budget));
    case 'texts':
      expect(2);
      return repeated(text);
    case 'ints':
      return packable(0, (from) => from.int());
    case 'floats':
      return packable(5, (from) => from.float());
    case 'passed':
      expect(2);
      budget.take(COST.passed);
      return cursor.skip(2);
    case 'tally':
      // Writers pack them; a field for each number takes long to walk through.
      budget.take(COST.passed);
      into[name] = ((into[name] as number | undefined) ?? 0) + tally(cursor, field.wire, wire);
      return;
    case 'present':
      cursor.skip(wire);
      into[name] = true;
  }
}

function tally(cursor: Cursor, element: 0 | 1 | 5, wire: number): number {
  if (wire === element) {
    cursor.skip(wire);
    return 1;
  }
  if (wire !== 2) throw new OnnxFormatError('tensor data has the wrong wire type');
  let count = 0;
  for (const packed = cursor.window(cursor.small()); !packed.done; count++) packed.skip(element);
  return count;
}
