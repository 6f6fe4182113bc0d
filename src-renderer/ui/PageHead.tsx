import type { ReactNode } from 'react';
import { NetworkMark } from '../app/NetworkMark.tsx';
import styles from './PageHead.module.css';

interface PageHeadProps {
  /** One sentence: what is going on here. */
  readonly title: string;
  readonly why?: ReactNode;
  readonly actions?: ReactNode;
  /** A way back, above the title. */
  readonly back?: ReactNode;
}

export function PageHead({ title, why, actions, back }: PageHeadProps) {
  return (
    <header className={styles.head}>
      <div className={styles.words}>
        <div className={styles.marks}>
          <NetworkMark />
          {back}
        </div>
        <h1 tabIndex={-1}>{title}</h1>
        {why != null && <div className={styles.why}>{why}</div>}
      </div>
      {actions != null && <div className={styles.actions}>{actions}</div>}
    </header>
  );
}
