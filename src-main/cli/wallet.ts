import { shortMoot } from '../../src-shared/domain/amounts.ts';
import type { Command } from './command.ts';
import { withNode } from './live.ts';
import { askPassphrase, PASSPHRASE_FILE } from './passphrase.ts';

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
  options: PASSPHRASE_FILE,
  details: 'Asks for the words, which are not shown while you type.',
  async run(context) {
    const { address } = await withNode(context.profile, async (live) => {
      const words = (await context.terminal.secret('The words, in their order: ')).trim();
      return live.call('wallet.restore', { words, passphrase: await askPassphrase(context, 'new') });
    });
    context.print({ address }, `The wallet ${address} is back and open.`);
  },
};

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
