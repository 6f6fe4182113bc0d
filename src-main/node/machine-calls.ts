import type { CallHandlers } from '../../src-shared/bridge/host.ts';
import type { Machine } from '../machine/machine.ts';

type Names =
  | 'policy.pause'
  | 'policy.resume'
  | 'policy.limits'
  | 'policy.device'
  | 'machine.check'
  | 'machine.history'
  | 'machine.testIdle';

/** What the bridge may ask of the machine. @param limitsChanged told after the person changed what work may take */
export function machineCalls(machine: Machine, limitsChanged: () => void): Pick<CallHandlers, Names> {
  return {
    'policy.pause': ({ forMs, device, finish }) => {
      machine.setPause(device, { until: forMs === null ? null : Date.now() + forMs, finish });
      return null;
    },
    'policy.resume': ({ device }) => (machine.setPause(device, null), null),
    'policy.limits': (limits) => (machine.setLimits(limits), limitsChanged(), null),
    'policy.device': ({ device, limits }) => (machine.setDevice(device, limits), limitsChanged(), null),
    'machine.check': () => (machine.check(), null),
    'machine.history': ({ device, minutes }) => machine.history(device, minutes),
    'machine.testIdle': () => (machine.testIdle(), null),
  };
}
