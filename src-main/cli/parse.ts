import { parseArgs } from 'node:util';
import { COMMON, type Command, type Option } from './command.ts';
import { UsageError } from './exit-codes.ts';

export interface Parsed {
  readonly command: Command;
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
  readonly positionals: readonly string[];
}

/** @throws UsageError for words that are no command. */
export function findCommand(
  commands: readonly Command[],
  words: readonly string[],
): { command: Command; rest: readonly string[] } {
  const [first = '', second = ''] = words;
  const two = commands.find(({ name }) => name === `${first} ${second}`);
  if (two !== undefined) return { command: two, rest: words.slice(2) };
  const one = commands.find(({ name }) => name === first);
  if (one !== undefined) return { command: one, rest: words.slice(1) };
  const family = commands.filter(({ name }) => name.startsWith(`${first} `)).map(({ name }) => name);
  if (family.length > 0) {
    const said =
      second === '' || second.startsWith('-')
        ? `“folkmoot ${first}” needs one more word.`
        : `There is no command “${first} ${second}”.`;
    throw new UsageError(said, `Try one of: ${family.join(', ')}.`);
  }
  throw new UsageError(`There is no command “${first}”.`, '“folkmoot --help” lists them all.');
}

/** Strict: an option that the command does not have, or a word too many, is refused. @throws UsageError. */
export function parseCommand(command: Command, args: readonly string[]): Parsed {
  const help = `“folkmoot ${command.name} --help” lists what it takes.`;
  const known: Record<string, Option> = { ...command.options, ...COMMON };
  const result = (() => {
    try {
      return parseArgs({
        args: [...args],
        options: Object.fromEntries(Object.entries(known).map(([name, { type }]) => [name, { type }])),
        strict: true,
        allowPositionals: true,
        allowNegative: true,
      });
    } catch (error) {
      const text = error instanceof Error ? (error.message.split(/[.\n]/)[0] ?? '') : String(error);
      throw new UsageError(`${text}.`, help);
    }
  })();
  const values = result.values as Record<string, string | boolean | undefined>;
  const wanted = command.positionals ?? [];
  if (values['help'] !== true) {
    const missing = wanted.filter(({ optional }) => optional !== true)[result.positionals.length];
    if (missing !== undefined) throw new UsageError(`${missing.name} is missing: ${missing.about}.`, help);
    const extra = result.positionals[wanted.length];
    if (extra !== undefined) throw new UsageError(`“${extra}” is one word too many.`, help);
  }
  return { command, values, positionals: result.positionals };
}
