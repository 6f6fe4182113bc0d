import { powerMonitor } from 'electron';
import type { Log } from '../log.ts';

/** What happens to the machine's power is in the log; the policy asks the sensors itself. */
export function logPower(log: Log): void {
  powerMonitor.on('suspend', () => log('power: the computer goes to sleep'));
  powerMonitor.on('resume', () => log('power: the computer woke up'));
  powerMonitor.on('on-battery', () => log('power: on battery'));
  powerMonitor.on('on-ac', () => log('power: on mains'));
}
