import type { ErrorView } from '../../src-shared/domain/errors.ts';
import styles from './Note.module.css';

/** What happened, and what to do about it. Says so aloud at once. */
export function Trouble({ error }: { error: ErrorView | null }) {
  if (error === null) return null;
  return (
    <div role="alert" className={`${styles.note} ${styles.trouble}`}>
      <p>{error.message}</p>
      {error.remedy !== undefined && <p className={styles.remedy}>{error.remedy}</p>}
    </div>
  );
}
