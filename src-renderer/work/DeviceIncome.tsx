import type { DeviceView } from '../../src-shared/domain/machine.ts';
import { formatRoute } from '../app/route.ts';
import { useSlice } from '../app/store.ts';
import { Moot } from '../ui/Moot.tsx';
import styles from './DeviceIncome.module.css';
import { sayIncome } from './words.ts';

/** What an hour in which it may work brings; where electricity is not taken off, what is missing to do so. */
export function DeviceIncome({ device }: { device: DeviceView }) {
  const { value, note, ask, loss } = sayIncome(device, useSlice('prices'));
  return (
    <p className={styles.income} data-loss={loss || undefined}>
      {value !== null && (
        <span className={styles.figure}>
          <Moot value={value} bare /> <span className={styles.unit}>MOOT an hour</span>
        </span>
      )}
      <span className={styles.note}>
        {note}
        {ask && (
          <>
            {' · '}
            <a href={formatRoute({ screen: 'work', part: 'limits' })}>say what it costs</a>
          </>
        )}
      </span>
    </p>
  );
}
