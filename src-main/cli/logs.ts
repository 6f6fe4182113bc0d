import { LOG_LEVELS, type LogLevel } from '../../src-shared/domain/machine.ts';
import type { Command } from './command.ts';
import { UsageError } from './exit-codes.ts';
import { withNode } from './live.ts';

const MOST = 500;

export const logs: Command = {
  name: 'logs',
  summary: 'Show what the node said lately; the file node.log in the profile has more.',
  positionals: [{ name: 'TEXT', about: 'only lines with this in them', optional: true }],
  options: {
    trouble: { type: 'boolean', about: 'only what should not be' },
    lines: { type: 'string', value: 'N', about: `how many at most, up to ${MOST} (100)` },
  },
  async run(context) {
    const [text = ''] = context.positionals;
    const level: LogLevel | null = context.flag('trouble') === true ? LOG_LEVELS[1] : null;
    const limit = linesOf(context.text('lines') ?? '100');
    const page = await withNode(context.profile, (live) =>
      live.call('logs.page', { before: null, limit, level, text: text.slice(0, 200) }),
    );
    const lines = page
      .toReversed()
      .map(
        ({ at, level, part, text }) =>
          `${new Date(at).toISOString()} ${level === 'trouble' ? '!' : ' '} ${part}: ${text}`,
      );
    context.print(page, lines.length === 0 ? 'Nothing of that kind was said lately.' : lines.join('\n'));
  },
};

function linesOf(text: string): number {
  const value = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= 1 && value <= MOST))
    throw new UsageError(`“${text}” is not a number of lines.`, `Use one from 1 to ${MOST}.`);
  return value;
}
