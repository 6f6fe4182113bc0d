import { DEVICE_LIMITS, MACHINE_LIMITS, type MachineLimits } from '../../src-shared/domain/machine.ts';
import type { Policy } from '../policy/conditions.ts';
import { MAX_BYTES, parseDay, type DayLine } from '../policy/day-format.ts';
import { simulate as replay, type Simulation, type Stretch, type Summary } from '../policy/simulator.ts';
import type { Command, Context } from './command.ts';
import { UsageError } from './exit-codes.ts';
import { withNode } from './live.ts';
import { readPlainFile } from './read-file.ts';
import { parseSpans } from './spans.ts';

export const simulate: Command = {
  name: 'simulate',
  summary: 'Replay a recorded day: what the machine would have done, and why.',
  positionals: [{ name: 'FILE', about: 'conditions as JSON lines, such as those in src-main/policy/days' }],
  options: {
    mine: {
      type: 'boolean',
      about: 'with the limits of the running node; what is said below changes them for the replay',
    },
    target: { type: 'string', value: 'CELSIUS', about: 'with this target temperature for every device' },
    quiet: { type: 'string', value: 'SPANS', about: 'with these quiet hours' },
    battery: { type: 'boolean', about: 'with work on battery; --no-battery without' },
    summary: { type: 'boolean', about: 'only the hours' },
  },
  details:
    'Needs no running node but for --mine, and changes nothing. Pauses are not replayed. Times are those of the clock beside the recorded machine.',
  async run(context) {
    const [file = ''] = context.positionals;
    const day = parseDay(readPlainFile(file, MAX_BYTES, 'The recording').toString('utf8'));
    const simulation = replay(day, await policyOf(context));
    context.print(simulation, describe(simulation, day, context.flag('summary') === true));
  },
};

async function policyOf(context: Context): Promise<Policy> {
  const [target, quiet] = [context.text('target'), context.text('quiet')];
  if (target !== undefined && !/^\d{2,3}$/.test(target))
    throw new UsageError(`“${target}” is no temperature.`, 'Use whole degrees.');
  const cooler = target === undefined ? {} : { targetC: Number(target) };
  const spans = quiet === undefined ? undefined : parseSpans(quiet);
  const known = context.flag('mine') === true ? await limitsOfNode(context) : MACHINE_LIMITS;
  const devices = Object.entries(known.devices).map(([id, limits]) => [id, { ...limits, ...cooler }] as const);
  return {
    limits: {
      ...known,
      onBattery: context.flag('battery') ?? known.onBattery,
      quiet: spans ?? known.quiet,
      devices: Object.fromEntries(devices),
    },
    device: { ...DEVICE_LIMITS, ...cooler },
    pause: null,
    pauses: {},
  };
}

/** What the person set; for each device that is there, what holds for it. */
function limitsOfNode({ profile }: Context): Promise<MachineLimits> {
  return withNode(profile, async (live) => {
    const { limits, devices } = live.state().machine;
    const held = Object.fromEntries(devices.map((device) => [device.id, device.limits]));
    return { ...limits, devices: { ...limits.devices, ...held } };
  });
}

function describe({ stretches, summaries }: Simulation, day: readonly DayLine[], short: boolean): string {
  // Hours and quiet hours are local: each line says what the clock on the wall said.
  const minutes = new Map(day.map(({ now, minute }) => [now, minute]));
  const clock = (at: number): string => {
    const minute = minutes.get(at) ?? 0;
    return [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, '0')).join(':');
  };
  return [...(short ? [] : stretches.map((each) => stretchLine(each, clock))), ...summaries.map(summaryLines)].join(
    '\n',
  );
}

function stretchLine({ device, from, to, decision }: Stretch, clock: (at: number) => string): string {
  const share = decision.act === 'throttle' ? ` ${Math.round(decision.duty * 100)} %` : '';
  return `${clock(from)}–${clock(to)}  ${device}  ${decision.act}${share}: ${decision.why}`;
}

function summaryLines({ device, run, throttled, stopped, unknown, reasons }: Summary): string {
  const hours = (value: number): string => `${value.toFixed(1)} h`;
  return [
    `${device}: ran ${hours(run)}, slowly ${hours(throttled)}, stopped ${hours(stopped)}, asleep or unknown ${hours(unknown)}`,
    ...reasons
      .filter(({ act }) => act !== 'run')
      .map((each) => `  ${each.code.padEnd(16)} ${each.act.padEnd(8)} ${hours(each.hours)}`),
  ].join('\n');
}
