import type { Command } from './command.ts';
import { parseDuration } from './duration.ts';
import { findDevice } from './find-device.ts';
import { withNode } from './live.ts';

const DEVICE = {
  type: 'string',
  value: 'DEVICE',
  about: 'only this device, such as cpu, gpu or its name in “folkmoot machine”',
} as const;

export const pause: Command = {
  name: 'pause',
  summary: 'Take no new work, for a while or until “resume”.',
  positionals: [
    { name: 'TIME', about: 'how long, such as 30m, 1h, 2d; without it until “folkmoot resume”', optional: true },
  ],
  options: {
    device: DEVICE,
    finish: { type: 'boolean', about: 'let end what is being computed; otherwise it stops at once and is done later' },
  },
  async run(context) {
    const [time] = context.positionals;
    const forMs = time === undefined ? null : parseDuration(time);
    const finish = context.flag('finish') === true;
    const named = context.text('device');
    const device = await withNode(context.profile, async (live) => {
      const found = named === undefined ? null : findDevice(live.state().machine, named);
      await live.call('policy.pause', {
        forMs,
        ...(found === null ? {} : { device: found.id }),
        ...(finish ? { finish } : {}),
      });
      return found;
    });
    const what = device === null ? 'Paused' : `${device.name} is paused`;
    context.print(
      { paused: true, forMs, ...(device === null ? {} : { device: device.id }) },
      `${time === undefined ? `${what} until “folkmoot resume”.` : `${what} for ${time}.`}${finish ? ' What runs ends first.' : ''}`,
    );
  },
};

export const resume: Command = {
  name: 'resume',
  summary: 'Take work again.',
  options: { device: DEVICE },
  async run(context) {
    const named = context.text('device');
    const device = await withNode(context.profile, async (live) => {
      const found = named === undefined ? null : findDevice(live.state().machine, named);
      await live.call('policy.resume', found === null ? {} : { device: found.id });
      return found;
    });
    context.print(
      { paused: false, ...(device === null ? {} : { device: device.id }) },
      device === null ? 'The node takes work again.' : `${device.name} may work again.`,
    );
  },
};
