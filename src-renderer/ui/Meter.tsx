import styles from './Meter.module.css';

interface MeterProps {
  /** 0 to 1; null: not known, and then nothing is drawn into it. */
  readonly share: number | null;
  /** Part of 1 that somebody else takes, drawn after it in grey. */
  readonly rest?: number;
  /** Green is for work; where none is done the bar is grey. */
  readonly quiet?: boolean;
}

/** How full something is, for the eye only: the figure stands beside it in words. */
export function Meter({ share, rest = 0, quiet = false }: MeterProps) {
  const own = clamp(share ?? 0);
  return (
    <svg className={styles.meter} data-known={share !== null} data-quiet={quiet} aria-hidden="true">
      <rect className={styles.rest} width={`${clamp(own + rest) * 100}%`} height="100%" />
      <rect className={styles.own} width={`${own * 100}%`} height="100%" />
    </svg>
  );
}

const clamp = (value: number): number => Math.min(1, Math.max(0, value));
