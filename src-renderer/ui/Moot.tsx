import { exactMoot, shortMoot } from '../../src-shared/domain/amounts.ts';
import type { Amount } from '../../src-shared/domain/ids.ts';
import styles from './Moot.module.css';

interface MootProps {
  readonly value: Amount;
  /** `coin`: the chain's own, which pays for writing things down. */
  readonly unit?: 'MOOT' | 'coin';
  /** Without the unit, where a head or a neighbour names it. */
  readonly bare?: boolean;
  /** "+0.21": for what came in. */
  readonly signed?: boolean;
  /** Inside a link or a button, where nothing else may take the focus: the full value only on hover. */
  readonly inert?: boolean;
}

/** An amount with at most four significant digits; when that hides some, the full value is there on focus and hover. */
export function Moot({ value, unit = 'MOOT', bare = false, signed = false, inert = false }: MootProps) {
  const exact = exactMoot(value);
  const short = shortMoot(value);
  const plus = signed && !exact.startsWith('-') && exact !== '0' ? '+' : '';
  const suffix = bare ? '' : ` ${unit}`;
  if (inert || short.replaceAll(',', '') === exact) {
    return (
      <span className={styles.amount} title={`${exact} ${unit}`}>
        {plus}
        {short}
        {suffix}
      </span>
    );
  }
  const full = `${exact} ${unit}`;
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- the keyboard's way to the full value
    <span className={`${styles.amount} ${styles.cut}`} tabIndex={0} data-full={full}>
      {plus}
      {short}
      {suffix}
      <span className="vh"> (exactly {full})</span>
    </span>
  );
}
