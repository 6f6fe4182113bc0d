import type { Stage, StageId, StageState } from '../../src-shared/domain/node.ts';
import { Pill, type Tone } from '../ui/Pill.tsx';
import styles from './StageList.module.css';

const NAMES: Readonly<Record<StageId, string>> = {
  store: 'Ledger on this disk',
  chain: 'Chain',
  contracts: 'Contracts',
  wallet: 'Wallet',
  peers: 'Peers',
  compute: 'Computing',
};

const STATES: Readonly<Record<StageState, { readonly words: string; readonly tone: Tone }>> = {
  waiting: { words: 'waits', tone: 'wait' },
  starting: { words: 'starting', tone: 'work' },
  ready: { words: 'ready', tone: 'work' },
  'needs-you': { words: 'needs you', tone: 'need' },
  failed: { words: 'failed', tone: 'trouble' },
};

/** The start, step by step, each with its cause in words. */
export function StageList({ stages }: { stages: readonly Stage[] }) {
  return (
    <ol className={styles.stages}>
      {stages.map((stage) => (
        <li key={stage.id}>
          <span className={styles.name}>{NAMES[stage.id]}</span>
          <span className={styles.detail}>{stage.detail}</span>
          <Pill tone={STATES[stage.state].tone} pulse={stage.state === 'starting'}>
            {STATES[stage.state].words}
          </Pill>
        </li>
      ))}
    </ol>
  );
}
