import styles from './Brand.module.css';

const SEATS = [
  [12, 5.6],
  [17.6, 9.6],
  [15.6, 16.3],
  [8.4, 16.3],
  [6.4, 9.6],
] as const;

/** The moot: five seats in one circle, nobody at the head. */
export function Brand() {
  return (
    <span className={styles.brand}>
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <circle cx="12" cy="12" r="10.5" fill="none" stroke="var(--work)" strokeWidth="1.6" />
        {SEATS.map(([x, y]) => (
          <circle key={`${x}`} cx={x} cy={y} r="1.9" fill="var(--work)" />
        ))}
      </svg>
      <span>Folkmoot</span>
    </span>
  );
}
