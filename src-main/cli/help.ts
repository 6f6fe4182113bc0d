import { COMMON, type Command, type Option } from './command.ts';
import { findCommand } from './parse.ts';

const flag = (name: string, { value }: Option): string => `--${name}${value === undefined ? '' : ` ${value}`}`;

function table(rows: ReadonlyArray<readonly [string, string]>): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n');
}

export function overview(commands: readonly Command[], version: string): string {
  return `Folkmoot ${version}: a node for a market of work that nobody owns.

Usage: folkmoot <command> [options]

${table(commands.map(({ name, summary }) => [name, summary]))}

“folkmoot <command> --help” says more about one of them.
Every command takes --profile DIR and --json. Without a profile it is the one in $FOLKMOOT_PROFILE, else the usual place.

Exit codes: 0 done, 1 failed, 2 not understood, 3 no node running, 4 the node said no, 5 already running, 6 no answer.`;
}

export function helpFor(command: Command): string {
  const positionals = command.positionals ?? [];
  const options = Object.entries({ ...command.options, ...COMMON });
  const usage = positionals.map(({ name, optional }) => (optional === true ? ` [${name}]` : ` ${name}`)).join('');
  const parts = [`Usage: folkmoot ${command.name}${usage} [options]`, command.summary];
  if (positionals.length > 0) parts.push(table(positionals.map(({ name, about }) => [name, about])));
  if (command.details !== undefined) parts.push(command.details.trim());
  parts.push(`Options:\n${table(options.map(([name, option]) => [flag(name, option), option.about]))}`);
  return parts.join('\n\n');
}

/** The words after `help`, or before `--help`, where that is all there is: `help ask`, `wallet --help`. */
export function helpAsked(args: readonly string[]): readonly string[] | undefined {
  if (args[0] === 'help') return args.slice(1).filter((word) => !word.startsWith('-'));
  const at = args.findIndex((word) => word === '--help' || word === '-h');
  const words = args.slice(0, at);
  return at === -1 || at > 2 || words.some((word) => word.startsWith('-')) ? undefined : words;
}

/** About one command, or all that start with one word. @throws UsageError for words that are neither. */
export function helpOn(commands: readonly Command[], words: readonly string[]): string {
  const family = commands.filter(({ name }) => words.length === 1 && name.startsWith(`${words[0]} `));
  if (family.length === 0) return helpFor(findCommand(commands, words).command);
  return `Usage: folkmoot ${words[0]} <command> [options]

${table(family.map(({ name, summary }) => [name, summary]))}

“folkmoot <command> --help” says more about one of them.`;
}
