import type {
  CheckNote,
  DeviceState,
  DeviceView,
  HardwareCheck,
  MachineView,
  IdleSource,
  IdleTestView,
  Sense,
} from '../../src-shared/domain/machine.ts';
import type { Amount } from '../../src-shared/domain/ids.ts';
import { limitsOf, type Decided, type Ruling } from '../policy/decide.ts';
import type { MachineConditions, Policy } from '../policy/conditions.ts';
import { readingOf, type Seen } from './assemble.ts';
import type { Device } from './devices.ts';
import { confirms, type LaneReport } from './lanes.ts';

export interface Shown {
  readonly seen: Seen;
  readonly conditions: MachineConditions;
  readonly devices: readonly Device[];
  readonly decided: Decided;
  readonly policy: Policy;
  readonly idleSources: readonly IdleSource[];
  readonly check: HardwareCheck | null;
  readonly idleTest: IdleTestView | null;
  readonly checkNote: CheckNote | null;
  readonly cores: number;
  readonly income: (device: Device) => { readonly perHour: Amount | null; readonly net: Amount | null };
}

/** Pure. The machine as screens and the command line show it. */
export function machineView(shown: Shown): MachineView {
  const { seen, conditions, policy, idleSources, check, idleTest, checkNote } = shown;
  return {
    devices: shown.devices.map((device) => deviceView(shown, device)),
    limits: policy.limits,
    surroundings: {
      battery: conditions.battery,
      idleSeconds: conditions.idleSeconds === null ? null : Math.round(conditions.idleSeconds),
      fullScreen: conditions.fullScreen,
      metered: conditions.metered,
      diskFreeBytes: conditions.diskFreeBytes,
      memoryFreeBytes: seen.readings?.memoryFreeBytes ?? null,
      idleSources,
      unknown: unknownSenses(shown),
    },
    check,
    idleTest,
    checkNote,
  };
}

function unknownSenses({ seen, conditions, devices, decided }: Shown): Sense[] {
  // Before the first look nothing was asked.
  if (seen.readings === null) return [];
  const blind = devices.some(
    ({ id, kind, unusable }) => kind === 'gpu' && unusable === null && decided.memory[id]?.sight.known === false,
  );
  return [
    ...(conditions.fullScreen === null ? (['fullScreen'] as const) : []),
    ...(blind ? (['cardUse'] as const) : []),
  ];
}

function deviceView(shown: Shown, device: Device): DeviceView {
  const { seen, decided, policy } = shown;
  const report = seen.lanes.find(({ device: id }) => id === device.id);
  const ruling = decided.rulings[device.id];
  const limits = limitsOf(policy, device.id);
  const decision = ruling?.decision ?? {
    act: 'stop',
    duty: 0,
    code: 'NOT_DECIDED',
    why: 'This device was not looked at yet.',
    lookAgainAt: null,
  };
  const { perHour, net } = shown.income(device);
  return {
    id: device.id,
    kind: device.kind,
    name: device.name,
    detail: detailOf(device, limits.lanes, shown.cores),
    state: stateOf(report, ruling, limits.on && device.unusable === null),
    decision,
    confirmed: confirms(report, decision.duty),
    provider: report?.provider ?? device.providers[0] ?? null,
    job: report?.job ?? null,
    note: report?.note ?? null,
    done: report?.done ?? 0,
    failed: report?.failed ?? 0,
    crashes: report?.crashes ?? 0,
    reading: readingOf(seen, device),
    memoryBytes: device.memoryBytes,
    incomePerHour: perHour,
    netPerHour: net,
    limits,
  };
}

function detailOf({ kind, memoryBytes, driver, mayUse }: Device, lanes: number, cores: number): string {
  if (kind === 'cpu') return `${lanes} of ${cores} cores, low priority`;
  const memory = memoryBytes === null ? 'memory unknown' : `${Math.round(memoryBytes / 1024 ** 3)} GiB`;
  const others = mayUse.map(({ name }) => name).join(' or ');
  const chooses = others === '' ? '' : ` · the system chooses between this card and ${others}`;
  return `${memory} · ${driver === null ? 'no driver known' : `driver ${driver}`}${chooses}`;
}

/** What the lane itself says comes first: a job that still runs runs, whatever was decided. */
function stateOf(report: LaneReport | undefined, ruling: Ruling | undefined, usable: boolean): DeviceState {
  if (report?.state === 'busy') return 'working';
  if (!usable) return 'off';
  if (report?.state === 'starting') return 'starting';
  if (report?.state === 'waiting') return 'failed';
  return ruling?.decision.act === 'stop' ? 'stopped' : 'idle';
}
