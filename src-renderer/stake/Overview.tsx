import type { StakeView } from '../../src-shared/domain/stake.ts';
import { Card } from '../ui/Card.tsx';
import { Moot } from '../ui/Moot.tsx';
import layout from '../ui/layout.module.css';
import styles from './Overview.module.css';
import { partsOf } from './words.ts';

/** The whole stake as one bar, its parts in words, and what lies beside it. */
export function Overview({ stake }: { stake: StakeView }) {
  const parts = partsOf(stake);
  return (
    <Card title="Your stake">
      <p className={styles.big}>
        <Moot value={stake.stake} bare /> <span className={styles.unit}>MOOT</span>
      </p>
      <svg className={styles.bar} width="100%" height="12" aria-hidden="true">
        <rect className={styles.ground} width="100%" height="12" rx="6" />
        {parts.map((part) => (
          <rect
            key={part.id}
            className={styles[part.id]}
            x={`${part.start * 100}%`}
            width={`${part.share * 100}%`}
            height="12"
          />
        ))}
      </svg>
      <dl className={layout.facts}>
        {parts.map((part) => (
          <div key={part.id}>
            <dt>
              <span className={`${styles.key} ${styles[part.id]}`} aria-hidden="true" />
              {part.name}
              <small>{part.means}</small>
            </dt>
            <dd>
              <Moot value={part.value} />
            </dd>
          </div>
        ))}
        <div>
          <dt>
            Ready to pay<small>not stake: pays asks, receives what you earn</small>
          </dt>
          <dd>
            <Moot value={stake.prepaid} />
          </dd>
        </div>
        <div>
          <dt>
            In the wallet<small>not in the vault</small>
          </dt>
          <dd>
            <Moot value={stake.wallet} />
          </dd>
        </div>
      </dl>
      {stake.moving !== null && <output className={styles.moving}>{stake.moving}</output>}
    </Card>
  );
}
