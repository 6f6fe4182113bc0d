import type { ReactNode } from 'react';
import styles from './Pill.module.css';

export type Tone = 'work' | 'wait' | 'need' | 'trouble' | 'info';

/** A state in one or two words. Colour repeats what the words say, never replaces it. */
export function Pill({ tone, pulse = false, children }: { tone: Tone; pulse?: boolean; children: ReactNode }) {
  return (
    <span className={`${styles.pill} ${styles[tone]}`}>
      {pulse && <span className={styles.dot} aria-hidden="true" />}
      {children}
    </span>
  );
}
