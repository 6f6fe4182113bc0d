import { shortMoot } from '../../src-shared/domain/amounts.ts';
import type { DeviceView, MachineView } from '../../src-shared/domain/machine.ts';
import type { Command } from './command.ts';
import { withNode } from './live.ts';

export const machine: Command = {
  name: 'machine',
  summary: 'Show each device: what it does, why, how warm it is, what it brings.',
  async run(context) {
    await withNode(context.profile, async (live) => {
      const view = live.state().machine;
      context.print(view, describeMachine(view));
    });
  },
};

/** For people; what is not known is called so. */
export function describeMachine({ devices, surroundings }: MachineView): string {
  const { battery, idleSeconds, diskFreeBytes, idleSources } = surroundings;
  const power =
    battery === null
      ? 'unknown'
      : battery.onBattery
        ? `battery${battery.percent === null ? '' : ` (${battery.percent} %)`}`
        : 'mains';
  const works = idleSources.filter(({ state }) => state === 'works').length;
  return [
    ...devices.map(describeDevice),
    `power    ${power}`,
    `idle     ${idleSeconds === null ? 'unknown' : `${idleSeconds} s without input`} (${idleSources.length} sources, ${works} tested)`,
    `disk     ${diskFreeBytes === null ? 'unknown' : `${gib(diskFreeBytes)} free`}`,
  ].join('\n');
}

function describeDevice({
  id,
  name,
  detail,
  state,
  decision,
  confirmed,
  reading,
  netPerHour,
  provider,
  limits,
}: DeviceView): string {
  const { load, temperatureC, powerW } = reading;
  const figures = [
    load === null ? 'load unknown' : `load ${Math.round(load * 100)} %`,
    temperatureC === null ? 'temperature unknown' : `${Math.round(temperatureC)} °C`,
    powerW === null ? 'power unknown' : `${Math.round(powerW)} W`,
    netPerHour === null ? 'income unknown' : `${shortMoot(netPerHour)} MOOT per hour net`,
  ];
  const share = decision.act === 'stop' ? '' : `, ${Math.round(decision.duty * 100)} % of the time`;
  return [
    `${name} (${id}): ${state}${confirmed ? '' : ', on its way'}`,
    `  ${decision.why}${decision.change === undefined ? '' : ` ${decision.change}`}`,
    `  ${[detail, provider ?? 'nothing runs on it'].join(' · ')}${share}`,
    `  ${figures.join(' · ')}${limits.targetC === null ? '' : ` · target ${limits.targetC} °C`}`,
  ].join('\n');
}

function gib(bytes: number): string {
  return `${(bytes / 1024 ** 3).toFixed(1)} GiB`;
}
