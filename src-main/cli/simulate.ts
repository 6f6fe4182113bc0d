import { DEVICE_LIMITS, MACHINE_LIMITS } from '../../src-shared/domain/machine.ts';
import { MAX_BYTES, parseDay } from '../policy/day-format.ts';
import { simulate as replay, type Simulation, type Stretch, type Summary } from '../policy/simulator.ts';
import type { Command } from './command.ts';
import { readPlainFile } from './read-file.ts';
import { parseSpans } from './spans.ts';
import { UsageError } from './exit-codes.ts';

export const simulate: Command = {
  name: 'simulate',
  summary: 'Replay a recorded day: what the machine would have done, and why.',
  positionals: [{ name: 'FILE', about: 'conditions as JSON lines, such as those in src-main/policy/days' }],
  options: {
    target: { type: 'string', value: 'CELSIUS', about: 'with this target temperature' },
    quiet: { type: 'string', value: 'SPANS', about: 'with these quiet hours' },
    battery: { type: 'boolean', about: 'with work on battery' },
    summary: { type: 'boolean', about: 'only the hours' },
  },
  details: 'Needs no running node, and changes nothing.',
  async run(context) {
    const [file = ''] = context.positionals;
    const day = parseDay(readPlainFile(file, MAX_BYTES, 'The recording').toString('utf8'));
    const [target, quiet] = [context.text('target'), context.text('quiet')];
    if (target !== undefined && !/^\d{2,3}$/.test(target))
      throw new UsageError(`“${target}” is no temperature.`, 'Use whole degrees.');
    const simulation = replay(day, {
      limits: {
        ...MACHINE_LIMITS,
        onBattery: context.flag('battery') === true,
        quiet: quiet === undefined ? [] : parseSpans(quiet),
      },
      device: { ...DEVICE_LIMITS, ...(target === undefined ? {} : { targetC: Number(target) }) },
      pause: null,
      pauses: {},
    });
    context.print(simulation, describe(simulation, context.flag('summary') === true));
  },
};

function describe({ stretches, summaries }: Simulation, short: boolean): string {
  return [...(short ? [] : stretches.map(stretchLine)), ...summaries.map(summaryLines)].join('\n');
}

function stretchLine({ device, from, to, decision }: Stretch): string {
  const clock = (at: number): string => new Date(at).toISOString().slice(11, 16);
  const share = decision.act === 'throttle' ? ` ${Math.round(decision.duty * 100)} %` : '';
  return `${clock(from)}–${clock(to)} UTC  ${device}  ${decision.act}${share}: ${decision.why}`;
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
