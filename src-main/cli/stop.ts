import { requestUrl } from '../control/index.ts';
import type { Command } from './command.ts';
import { withNode } from './live.ts';

export const stop: Command = {
  name: 'stop',
  summary: 'Stop the node; unfinished work is taken up again at the next start.',
  async run(context) {
    await withNode(context.profile, async (live) => {
      await live.call('node.stop', {});
      await live.gone;
    });
    context.print({ stopped: true }, 'The node has stopped.');
  },
};

export const url: Command = {
  name: 'url',
  summary: 'Print a fresh one-time address of the interface.',
  details: 'It works once, within ten minutes, in a browser on this computer.',
  async run(context) {
    const address = await requestUrl(context.profile);
    context.print({ url: address }, address);
  },
};
