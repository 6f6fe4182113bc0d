import { resolve } from 'node:path';
import { toErrorView } from '../../src-shared/domain/errors.ts';
import { defaultProfile } from '../control/index.ts';
import { commands } from './commands.ts';
import type { Context, Installation } from './command.ts';
import { EXIT, exitCodeOf, type ExitCode } from './exit-codes.ts';
import { helpAsked, helpFor, helpOn, overview } from './help.ts';
import { findCommand, parseCommand, type Parsed } from './parse.ts';
import { printable } from './printable.ts';
import type { Terminal } from './terminal.ts';

/** Runs one command line (without `node` and the script). Never throws; the answer is the exit code. */
export async function run(args: readonly string[], raw: Terminal, installation: Installation): Promise<ExitCode> {
  const json = args.includes('--json');
  const terminal = printable(raw, json);
  try {
    const [first] = args;
    const asked = helpAsked(args);
    if (asked !== undefined) {
      terminal.out(asked.length === 0 ? overview(commands, installation.version) : helpOn(commands, asked));
      return EXIT.ok;
    }
    if (first === undefined) {
      terminal.out(overview(commands, installation.version));
      return EXIT.usage;
    }
    if (first === '--version') {
      terminal.out(installation.version);
      return EXIT.ok;
    }
    const { command, rest } = findCommand(commands, args);
    const parsed = parseCommand(command, rest);
    if (parsed.values['help'] === true) terminal.out(helpFor(command));
    else await command.run(contextOf(parsed, terminal, installation));
    return EXIT.ok;
  } catch (error) {
    report(error, terminal, json);
    return exitCodeOf(error);
  }
}

function contextOf({ values, positionals }: Parsed, terminal: Terminal, installation: Installation): Context {
  const text = (option: string): string | undefined =>
    typeof values[option] === 'string' ? values[option] : undefined;
  const flag = (option: string): boolean | undefined =>
    typeof values[option] === 'boolean' ? values[option] : undefined;
  const named = text('profile');
  const json = flag('json') === true;
  return {
    terminal,
    installation,
    positionals,
    text,
    flag,
    json,
    profile: named === undefined ? defaultProfile() : resolve(named),
    print: (value, sentence) => terminal.out(json ? JSON.stringify(value) : sentence),
  };
}

function report(error: unknown, terminal: Terminal, json: boolean): void {
  const view = toErrorView(error);
  if (json) return terminal.err(JSON.stringify({ error: view }));
  terminal.err(`folkmoot: ${view.message}`);
  if (view.remedy !== undefined) terminal.err(`  What to do: ${view.remedy}`);
  terminal.err(`  (code ${view.code})`);
}
