import type { ReactNode } from 'react';
import styles from './Note.module.css';

export function Note({ tone, children }: { tone: 'need' | 'trouble' | 'info'; children: ReactNode }) {
  return <div className={`${styles.note} ${styles[tone]}`}>{children}</div>;
}
