import { percent } from '../../src-shared/domain/format.ts';
import type { DeviceView } from '../../src-shared/domain/machine.ts';
import { formatRoute } from '../app/route.ts';
import { useSlice } from '../app/store.ts';
import { Card } from '../ui/Card.tsx';
import { Empty } from '../ui/Empty.tsx';
import { Meter } from '../ui/Meter.tsx';
import { Moot } from '../ui/Moot.tsx';
import { Pill } from '../ui/Pill.tsx';
import { sayCelsius, sayState, sayWatts } from '../work/words.ts';
import styles from './Home.module.css';

/** Each device at a glance: what it does, why, how warm it is and what it brings. */
export function Machine() {
  const devices = useSlice('machine').devices;
  return (
    <Card
      className={styles.machine}
      title="This machine"
      aside={<a href={formatRoute({ screen: 'work', part: 'limits' })}>Limits</a>}
    >
      {devices.length === 0 ? (
        <Empty title="No device found so far">
          <p>Processor and graphics cards appear here once computing has started.</p>
        </Empty>
      ) : (
        <ul className={styles.rows}>
          {devices.map((device) => (
            <Row key={device.id} device={device} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function Row({ device }: { device: DeviceView }) {
  const { reading, limits, netPerHour } = device;
  const said = sayState(device);
  const working = device.state === 'working';
  const figures = [
    reading.load === null ? null : percent(reading.load),
    sayCelsius(reading.temperatureC, limits.targetC),
    sayWatts(reading.powerW, limits.powerCapW),
  ].filter((figure) => figure !== null);
  return (
    <li>
      <div>
        <a className={styles.device} href={formatRoute({ screen: 'work', device: device.id })}>
          {device.name}
        </a>
        <small>{device.decision.why}</small>
      </div>
      <Pill tone={said.tone} pulse={said.pulse}>
        {said.words}
      </Pill>
      {working && (
        <>
          <small>{figures.join(' · ')}</small>
          {netPerHour !== null && (
            <small className={styles.net}>
              <Moot value={netPerHour} inert /> an hour
            </small>
          )}
          <span className={styles.meter}>
            <Meter share={reading.load} />
          </span>
        </>
      )}
    </li>
  );
}
