import type { ReactNode } from 'react';
import { Brand } from '../ui/Brand.tsx';
import styles from './Gate.module.css';
import { LinkBanner } from './LinkBanner.tsx';
import { NetworkMark } from './NetworkMark.tsx';

/** One thing at a time, before the app proper: welcome, unlock, starting, damaged. */
export function Gate({ title, lead, children, wide = false }: GateProps) {
  return (
    <div className={styles.gate}>
      <LinkBanner />
      <main className={`${styles.main} ${wide ? styles.wide : ''}`}>
        <div className={styles.top}>
          <Brand />
          <NetworkMark />
        </div>
        <h1>{title}</h1>
        <div className={styles.lead}>{lead}</div>
        {children}
      </main>
    </div>
  );
}

interface GateProps {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly children?: ReactNode;
  readonly wide?: boolean;
}
