import { STOP_ABOVE_TARGET_C, type DeviceLimits, type MachineLimits } from '../../src-shared/domain/machine.ts';
import type { Command, Context } from './command.ts';
import { UsageError } from './exit-codes.ts';
import { findDevice } from './find-device.ts';
import { withNode } from './live.ts';
import { describeSpans, parseSpans } from './spans.ts';

const FORGET = 'none';
const HALF = 'half';
const GIB = 1024 ** 3;

export const limits: Command = {
  name: 'limits',
  summary: 'Show or set what this machine may do: heat, power, hours, battery, while you use it.',
  options: {
    'when-active': { type: 'string', value: 'run|throttle|stop', about: 'while somebody uses the computer' },
    'idle-seconds': { type: 'string', value: 'N', about: 'without input for so long it counts as unused' },
    battery: { type: 'boolean', about: 'work on battery; --no-battery does not' },
    metered: { type: 'boolean', about: 'work on a network that is paid by volume; --no-metered does not' },
    games: { type: 'boolean', about: 'yield to full screen and other programs on the card; --no-games does not' },
    'disk-free': { type: 'string', value: 'GIB', about: 'disk space that is left alone' },
    schedule: {
      type: 'string',
      value: 'SPANS',
      about: 'work only then, such as “mon-fri 18:00-08:00, sat 0:00-0:00”; “none”: always',
    },
    quiet: { type: 'string', value: 'SPANS', about: 'slow and cool in these hours; “none”: never' },
    device: { type: 'string', value: 'DEVICE', about: 'the device that the options below are about' },
    on: { type: 'boolean', about: 'let it compute; --no-on switches it off' },
    duty: { type: 'string', value: 'PERCENT', about: 'share of time that it may compute, 5 to 100' },
    target: {
      type: 'string',
      value: 'CELSIUS',
      about: `slow down above this, stop ${STOP_ABOVE_TARGET_C} °C above it; “none”: no target`,
    },
    'power-cap': { type: 'string', value: 'WATTS', about: 'draw less than this; “none”: no cap' },
    memory: {
      type: 'string',
      value: 'GIB',
      about: 'memory that work may take: of the card, or of the computer for the processor; “half”: half of it',
    },
    lanes: { type: 'string', value: 'N', about: 'processes on the processor' },
  },
  details: 'What is set here acts within a second; “folkmoot machine” shows whether the device has followed.',
  async run(context) {
    const view = await withNode(context.profile, async (live) => {
      const { devices: _, ...known } = live.state().machine.limits;
      const next = machineLimits(context, known);
      const named = context.text('device');
      const device = named === undefined ? null : findDevice(live.state().machine, named);
      const own = deviceLimits(context, device?.limits ?? null);
      if (JSON.stringify(next) !== JSON.stringify(known))
        await live.call('policy.limits', { ...next, schedule: copy(next.schedule), quiet: copy(next.quiet) });
      if (device !== null && own !== null) await live.call('policy.device', { device: device.id, limits: own });
      return { limits: next, ...(device === null ? {} : { device: device.id, own: own ?? device.limits }) };
    });
    context.print(view, describe(view.limits, view.own));
  },
};

type Whole = Omit<MachineLimits, 'devices'>;

function machineLimits(context: Context, known: Whole): Whole {
  const active = context.text('when-active');
  if (active !== undefined && active !== 'run' && active !== 'throttle' && active !== 'stop')
    throw new UsageError(`“${active}” is not a choice for --when-active.`, 'Use run, throttle or stop.');
  const spans = (name: 'schedule' | 'quiet'): Whole['schedule'] => {
    const text = context.text(name);
    return text === undefined ? known[name] : text === FORGET ? [] : parseSpans(text);
  };
  const disk = number(context, 'disk-free', 0, 65_536);
  return {
    schedule: [...spans('schedule')],
    quiet: [...spans('quiet')],
    onBattery: context.flag('battery') ?? known.onBattery,
    whenActive: active ?? known.whenActive,
    idleSeconds: number(context, 'idle-seconds', 10, 86_400) ?? known.idleSeconds,
    yieldToGames: context.flag('games') ?? known.yieldToGames,
    onMetered: context.flag('metered') ?? known.onMetered,
    diskFreeBytes: disk == null ? known.diskFreeBytes : Math.round(disk * GIB),
  };
}

/** null: nothing about a device was said. */
function deviceLimits(context: Context, known: DeviceLimits | null): DeviceLimits | null {
  const on = context.flag('on');
  const [duty, target, cap, lanes] = [
    number(context, 'duty', 5, 100),
    number(context, 'target', 30, 110),
    number(context, 'power-cap', 1, 2_000),
    number(context, 'lanes', 1, 64),
  ];
  // Without a number of its own it is half, so “none” would be read the wrong way.
  const half = context.text('memory') === HALF;
  const memory = half ? null : number(context, 'memory', 0.1, 65_536, `, or “${HALF}”`);
  if ([on, duty, target, cap, memory, lanes].every((value) => value === undefined)) return null;
  if (known === null)
    throw new UsageError('It is not said which device is meant.', 'Add --device cpu, or the name of a card.');
  return {
    ...known,
    on: on ?? known.on,
    duty: duty == null ? known.duty : duty / 100,
    targetC: target === undefined ? known.targetC : target,
    powerCapW: cap === undefined ? known.powerCapW : cap,
    memoryBytes: memory === undefined ? known.memoryBytes : memory === null ? null : Math.round(memory * GIB),
    lanes: lanes == null ? known.lanes : Math.round(lanes),
  };
}

/** undefined: not said; null: “none”, where no other word is taken. @param word another way to say it @throws UsageError. */
function number(context: Context, name: string, least: number, most: number, word?: string): number | null | undefined {
  const text = context.text(name);
  if (text === undefined) return undefined;
  if (text === FORGET && word === undefined) return null;
  const value = /^\d{1,6}(\.\d{1,3})?$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most))
    throw new UsageError(
      `“${text}” is not possible for --${name}.`,
      `Use a number from ${least} to ${most}${word ?? ''}.`,
    );
  return value;
}

/** What the call takes may be changed by whoever takes it. */
function copy(spans: Whole['schedule']): Array<{ days: number[]; from: number; to: number }> {
  return spans.map(({ days, from, to }) => ({ days: [...days], from, to }));
}

function describe(limits: Whole, own: DeviceLimits | undefined): string {
  const { schedule, quiet, onBattery, whenActive, idleSeconds, yieldToGames, onMetered, diskFreeBytes } = limits;
  const doing = { run: 'work goes on', throttle: 'work goes slowly', stop: 'work waits' }[whenActive];
  const lines = [
    `While somebody uses the computer ${doing}; without input for ${idleSeconds} s it counts as unused.`,
    `Work ${schedule.length === 0 ? 'may go on at any hour' : `only ${describeSpans(schedule)}`}; quiet hours: ${quiet.length === 0 ? 'none' : describeSpans(quiet)}.`,
    `On battery: ${onBattery ? 'yes' : 'no'}. On a metered network: ${onMetered ? 'yes' : 'no'}. Games come first: ${yieldToGames ? 'yes' : 'no'}.`,
    `${(diskFreeBytes / GIB).toFixed(1)} GiB of the disk are left alone.`,
  ];
  if (own !== undefined)
    lines.push(
      `The device is ${own.on ? 'on' : 'off'}, ${Math.round(own.duty * 100)} % of the time at most, ${own.targetC === null ? 'no target temperature' : `cooler than ${own.targetC} °C`}, ${own.powerCapW === null ? 'no power cap' : `below ${own.powerCapW} W`}, ${own.memoryBytes === null ? 'half of the memory' : `${Math.round((own.memoryBytes / GIB) * 10) / 10} GiB of memory`}, ${own.lanes} ${own.lanes === 1 ? 'process' : 'processes'}.`,
    );
  return lines.join('\n');
}
