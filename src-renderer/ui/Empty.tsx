import type { ReactNode } from 'react';
import styles from './Empty.module.css';

/** What will appear here, and how to make it. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className={styles.empty}>
      <p className={styles.title}>{title}</p>
      {children}
    </div>
  );
}
