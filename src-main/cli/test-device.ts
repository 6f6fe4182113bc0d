import {
  DEVICE_LIMITS,
  NO_MACHINE,
  NO_READING,
  type DeviceView,
  type MachineView,
} from '../../src-shared/domain/machine.ts';

/** For tests only: a processor that works and a card that waits. */
export const PROCESSOR: DeviceView = {
  id: 'cpu',
  kind: 'cpu',
  name: 'Test processor',
  detail: '1 of 8 cores, low priority',
  state: 'working',
  decision: {
    act: 'throttle',
    duty: 0.5,
    code: 'ACTIVE',
    why: 'Somebody uses the computer, so work goes slowly.',
    change: 'Go away.',
    lookAgainAt: null,
  },
  confirmed: false,
  provider: 'cpu',
  job: null,
  done: 0,
  failed: 0,
  crashes: 0,
  reading: { ...NO_READING, load: 0, temperatureC: 51.4 },
  memoryBytes: null,
  incomePerHour: null,
  netPerHour: null,
  limits: DEVICE_LIMITS,
};
const CARD: DeviceView = {
  ...PROCESSOR,
  id: 'gpu:GPU-1',
  kind: 'gpu',
  name: 'RTX 4070',
  state: 'stopped',
  confirmed: true,
  decision: {
    act: 'stop',
    duty: 0,
    code: 'HOT',
    why: 'The graphics card is at 90 °C, and 80 °C is its target.',
    lookAgainAt: null,
  },
};
export const MACHINE: MachineView = { ...NO_MACHINE, devices: [PROCESSOR, CARD] };
