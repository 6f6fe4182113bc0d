import { writeFileSync } from 'node:fs';
import type { Diagnostics } from '../../src-shared/domain/machine.ts';
import type { Command } from './command.ts';
import { UsageError } from './exit-codes.ts';
import { withNode } from './live.ts';

export const diagnostics: Command = {
  name: 'diagnostics',
  summary: 'Show what one would hand over when asking for help, without names, addresses and secrets.',
  options: { save: { type: 'string', value: 'FILE', about: 'write it into a new file that only you can read' } },
  details: 'Nothing is sent anywhere. Read it before you give it to somebody.',
  async run(context) {
    const bundle = await withNode(context.profile, (live) => live.call('diagnostics.preview', {}));
    const file = context.text('save');
    if (file === undefined) return context.print(bundle, asText(bundle));
    try {
      writeFileSync(file, `${asText(bundle)}\n`, { mode: 0o600, flag: 'wx' });
    } catch (error) {
      throw new UsageError(
        `${file} cannot be written: ${error instanceof Error ? error.message : String(error)}.`,
        'Name a file that does not exist yet.',
      );
    }
    context.print(
      { reference: bundle.reference, file },
      `Saved as ${file}. Its name in a conversation is ${bundle.reference}.`,
    );
  },
};

function asText({ reference, files, redacted }: Diagnostics): string {
  const out = redacted.length === 0 ? 'Nothing had to be taken out.' : `Taken out: ${redacted.join('; ')}.`;
  return [`Folkmoot diagnostics ${reference}`, out, ...files.map(({ name, text }) => `\n=== ${name}\n${text}`)].join(
    '\n',
  );
}
