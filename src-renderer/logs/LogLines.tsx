import type { LogLine } from '../../src-shared/domain/machine.ts';
import { stamp } from './lines.ts';
import styles from './Logs.module.css';

/** Lines in a box of their own, newest first. Paged, and what is far away is not painted (see the stylesheet). */
export function LogLines({ lines }: { lines: readonly LogLine[] }) {
  return (
    <section
      className={styles.box}
      aria-label="Lines of the log"
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, also by keyboard
      tabIndex={0}
    >
      <ol className={styles.lines}>
        {lines.map((line) => (
          <li key={line.id} data-level={line.level}>
            <time dateTime={new Date(line.at).toISOString()}>{stamp(line.at)}</time>
            <span className={styles.part}>{line.part}</span>
            <span>
              {line.level === 'trouble' && <strong>trouble </strong>}
              {line.text}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
