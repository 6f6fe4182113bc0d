import { statSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { shortMoot } from '../../src-shared/domain/amounts.ts';
import type { Command, Context } from './command.ts';
import { UsageError } from './exit-codes.ts';
import { withNode } from './live.ts';
import { askPassphrase, PASSPHRASE_FILE } from './passphrase.ts';
import { readPlainFile } from './read-file.ts';

const WORDS_BYTES = 4_096;
const WRITE_DOWN =
  'Now write the words down: “folkmoot wallet words”. Whoever has them has the money; without them a lost disk is lost money.';

export const walletStatus: Command = {
  name: 'wallet status',
  summary: 'Say whether there is a wallet, whether it is open, and what is in it.',
  async run(context) {
    await withNode(context.profile, async (live) => {
      const { wallet } = live.state();
      const balances =
        wallet.balances === null
          ? ''
          : ` It holds ${shortMoot(wallet.balances.wallet)} MOOT and ${shortMoot(wallet.balances.prepaid)} prepaid.`;
      const sentence = {
        none: 'There is no wallet yet. “folkmoot wallet create” makes one.',
        locked: `The wallet ${wallet.address ?? ''} is locked. “folkmoot wallet unlock” opens it.`,
        unlocked: `The wallet ${wallet.address ?? ''} is open.${balances}`,
        damaged: `The wallet file is damaged: ${wallet.error?.message ?? 'unknown'}`,
      }[wallet.state];
      context.print(wallet, sentence);
    });
  },
};

export const walletCreate: Command = {
  name: 'wallet create',
  summary: 'Make a new wallet, protected by a passphrase.',
  options: PASSPHRASE_FILE,
  async run(context) {
    const { address } = await withNode(context.profile, async (live) =>
      live.call('wallet.create', { passphrase: await askPassphrase(context, 'new') }),
    );
    context.print({ address }, `The wallet ${address} was made and is open.\n${WRITE_DOWN}`);
  },
};

export const walletRestore: Command = {
  name: 'wallet restore',
  summary: 'Bring a wallet back from its words.',
  options: {
    ...PASSPHRASE_FILE,
    'words-file': {
      type: 'string',
      value: 'FILE',
      about: 'read the words from this file instead of asking; mode 0600, and delete it afterwards',
    },
  },
  details: 'Asks for the words, which are not shown while you type.',
  async run(context) {
    const { address } = await withNode(context.profile, async (live) => {
      const words = await askWords(context);
      return live.call('wallet.restore', { words, passphrase: await askPassphrase(context, 'new') });
    });
    context.print({ address }, `The wallet ${address} is back and open.`);
  },
};

async function askWords(context: Context): Promise<string> {
  const file = context.text('words-file');
  if (file === undefined) {
    return (await context.terminal.secret('The words, in their order: ', 'Use --words-file FILE.')).trim();
  }
  const words = readPlainFile(file, WORDS_BYTES, 'The words').toString('utf8');
  if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0)
    context.terminal.err(`Others on this computer can read ${file}. Run: chmod 600 ${file}`);
  // Also as “folkmoot wallet words” prints them: with numbers.
  return words.replace(/\d+\./g, ' ').trim().split(/\s+/).join(' ');
}

export const walletUnlock: Command = {
  name: 'wallet unlock',
  summary: 'Open the wallet, so that the node can work and pay.',
  options: PASSPHRASE_FILE,
  async run(context) {
    await withNode(context.profile, async (live) =>
      live.call('wallet.unlock', { passphrase: await askPassphrase(context, 'known') }),
    );
    context.print({ unlocked: true }, 'The wallet is open.');
  },
};

export const walletLock: Command = {
  name: 'wallet lock',
  summary: 'Close the wallet; the node then signs nothing.',
  async run(context) {
    await withNode(context.profile, (live) => live.call('wallet.lock', {}));
    context.print({ unlocked: false }, 'The wallet is locked.');
  },
};

export const walletWords: Command = {
  name: 'wallet words',
  summary: 'Show the words from which the wallet can be brought back.',
  options: PASSPHRASE_FILE,
  details: 'Asks for the passphrase again, also where the wallet is open. Look over your shoulder first.',
  async run(context) {
    const { words } = await withNode(context.profile, async (live) =>
      live.call('wallet.words', { passphrase: await askPassphrase(context, 'known') }),
    );
    context.print({ words }, words.map((word, index) => `${String(index + 1).padStart(2)}. ${word}`).join('\n'));
  },
};

export const walletExport: Command = {
  name: 'wallet export',
  summary: 'Save the encrypted wallet in a file, as a copy of it.',
  positionals: [{ name: 'FILE', about: 'where to; an existing file is not overwritten' }],
  details: 'The copy is useless without the passphrase, and opens with it alone: keep both, not in one place.',
  async run(context) {
    const file = resolve(context.positionals[0] ?? '');
    const { text } = await withNode(context.profile, (live) => live.call('wallet.export', {}));
    try {
      writeFileSync(file, text, { flag: 'wx', mode: 0o600, flush: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST')
        throw new UsageError(`${file} is there already.`, 'Choose another name.');
      throw new UsageError(`The copy cannot be written: ${error instanceof Error ? error.message : String(error)}.`);
    }
    context.print({ file }, `The encrypted wallet was saved as ${file}.`);
  },
};
