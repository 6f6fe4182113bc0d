import { useId } from 'react';
import { relativeTime } from '../../src-shared/domain/format.ts';
import type { DeviceView } from '../../src-shared/domain/machine.ts';
import { useNow } from '../app/now.ts';
import { formatRoute } from '../app/route.ts';
import { Pill } from '../ui/Pill.tsx';
import styles from './DeviceCard.module.css';
import { DeviceIncome } from './DeviceIncome.tsx';
import { DeviceJob } from './DeviceJob.tsx';
import { DeviceSwitch } from './DeviceSwitch.tsx';
import { DeviceWhy } from './DeviceWhy.tsx';
import { Measures } from './Measures.tsx';
import { PauseMenu } from './PauseMenu.tsx';
import { isPaused, sayState, STALE_MS } from './words.ts';

/** One device: what it does and why, how warm it gets, what it brings, and how to stop it. */
export function DeviceCard({ device }: { device: DeviceView }) {
  const id = useId();
  const said = sayState(device);
  return (
    <section className={styles.device} aria-labelledby={id}>
      <header>
        <h2 id={id}>
          <a href={formatRoute({ screen: 'work', device: device.id })}>{device.name}</a>
        </h2>
        <span className={styles.detail}>{device.detail}</span>
        <Pill tone={said.tone} pulse={said.pulse}>
          {said.words}
        </Pill>
      </header>
      <div className={styles.story}>
        <div>
          <DeviceWhy decision={device.decision} />
        </div>
        <DeviceIncome device={device} />
      </div>
      <Measures device={device} />
      <Stale device={device} />
      {device.note != null && <p className={styles.aside}>{device.note}</p>}
      <footer>
        <p className={styles.job}>
          <DeviceJob device={device} />
        </p>
        {device.state === 'failed' && <a href={formatRoute({ screen: 'work', part: 'check' })}>Check the hardware</a>}
        <DeviceSwitch device={device} />
        {device.limits.on && device.state !== 'failed' && (
          <PauseMenu device={device.id} name={device.name} paused={isPaused(device.decision)} />
        )}
      </footer>
    </section>
  );
}

/** Sensors that fell silent are not shown as if they spoke. */
function Stale({ device }: { device: DeviceView }) {
  const now = useNow(5_000);
  const { at } = device.reading;
  if (at === 0 || now - at < STALE_MS) return null;
  return <p className={styles.aside}>The sensors last answered {relativeTime(at, now)}.</p>;
}
