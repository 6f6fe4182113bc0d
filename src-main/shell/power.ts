import { powerMonitor } from 'electron';
import type { Session } from '../config.ts';
import type { Log } from '../log.ts';

/** The person's session as Electron knows it. One source of several: on Linux its idle time is known to stay at 0. */
export function shellSession(log: Log): Session {
  const listeners = new Set<(what: 'woke' | 'power') => void>();
  const tell = (what: 'woke' | 'power'): void => {
    for (const listener of listeners) listener(what);
  };
  powerMonitor.on('suspend', () => log('power: the computer goes to sleep'));
  powerMonitor.on('resume', () => {
    log('power: the computer woke up');
    tell('woke');
  });
  powerMonitor.on('on-battery', () => {
    log('power: on battery');
    tell('power');
  });
  powerMonitor.on('on-ac', () => {
    log('power: on mains');
    tell('power');
  });
  return {
    idleSeconds: () => {
      try {
        return powerMonitor.getSystemIdleTime();
      } catch {
        return null;
      }
    },
    onChange: (listener) => void listeners.add(listener),
  };
}
