import type { Decision } from '../../src-shared/domain/machine.ts';
import { useNow } from '../app/now.ts';
import styles from './DeviceWhy.module.css';
import { sayNextLook } from './words.ts';

/** Why a device does what it does, what would change that, and when it is looked at again. */
export function DeviceWhy({ decision }: { decision: Decision }) {
  const next = sayNextLook(decision, useNow());
  return (
    <>
      <p>{decision.why}</p>
      {(decision.change !== undefined || next !== null) && (
        <p className={styles.change}>{[decision.change, next].filter((part) => part != null).join(' ')}</p>
      )}
    </>
  );
}
