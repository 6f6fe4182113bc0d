import { COMMON, type Command, type Option } from './command.ts';

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
