import type { DeviceState } from '../../src-shared/domain/machine.ts';
import { useSlice } from '../app/store.ts';
import { Card } from '../ui/Card.tsx';
import { Empty } from '../ui/Empty.tsx';
import { Pill, type Tone } from '../ui/Pill.tsx';
import styles from './Home.module.css';

const STATES: Readonly<Record<DeviceState, { readonly words: string; readonly tone: Tone }>> = {
  working: { words: 'working', tone: 'work' },
  idle: { words: 'waiting', tone: 'wait' },
  stopped: { words: 'stopped', tone: 'wait' },
  off: { words: 'off', tone: 'wait' },
  starting: { words: 'starting', tone: 'wait' },
  failed: { words: 'failed', tone: 'trouble' },
};

export function Machine() {
  const devices = useSlice('machine').devices;
  return (
    <Card className={styles.machine} title="This machine" aside={<a href="#/work">What it may do</a>}>
      {devices.length === 0 ? (
        <Empty title="No device found so far">
          <p>Processor and graphics cards appear here once computing has started.</p>
        </Empty>
      ) : (
        <ul className={styles.rows}>
          {devices.map((device) => (
            <li key={device.id}>
              <div>
                <strong>{device.name}</strong>
                <small>{device.detail}</small>
              </div>
              <Pill tone={STATES[device.state].tone} pulse={device.state === 'working'}>
                {STATES[device.state].words}
              </Pill>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
