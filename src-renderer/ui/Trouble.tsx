import type { ErrorView } from '../../src-shared/domain/errors.ts';
import styles from './Note.module.css';

/** What happened, and what to do about it. Says so aloud at once. `need`: nothing broke, a person must decide. */
export function Trouble({ error, tone = 'trouble' }: { error: ErrorView | null; tone?: 'trouble' | 'need' }) {
  if (error === null) return null;
  return (
    <div role="alert" className={`${styles.note} ${styles[tone]}`}>
      <p>{error.message}</p>
      {error.remedy !== undefined && <p className={styles.remedy}>{error.remedy}</p>}
    </div>
  );
}
