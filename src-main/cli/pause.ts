import type { Command } from './command.ts';
import { parseDuration } from './duration.ts';
import { withNode } from './live.ts';

export const pause: Command = {
  name: 'pause',
  summary: 'Take no new work, for a while or until “resume”.',
  positionals: [
    { name: 'TIME', about: 'how long, such as 30m, 1h, 2d; without it until “folkmoot resume”', optional: true },
  ],
  async run(context) {
    const [time] = context.positionals;
    const forMs = time === undefined ? null : parseDuration(time);
    await withNode(context.profile, (live) => live.call('policy.pause', { forMs }));
    context.print(
      { paused: true, forMs },
      time === undefined ? 'Paused until “folkmoot resume”.' : `Paused for ${time}.`,
    );
  },
};

export const resume: Command = {
  name: 'resume',
  summary: 'Take work again.',
  async run(context) {
    await withNode(context.profile, (live) => live.call('policy.resume', {}));
    context.print({ paused: false }, 'The node takes work again.');
  },
};
