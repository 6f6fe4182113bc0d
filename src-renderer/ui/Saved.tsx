import { Check } from 'lucide-react';
import type { Wanted } from '../app/useWanted.ts';
import styles from './Saved.module.css';

/** Whether what was changed is so by now, as the node confirms it. */
export function Saved({ wanted }: { wanted: Pick<Wanted<unknown>, 'waiting' | 'late' | 'met'> }) {
  return (
    <output className={styles.saved} data-met={wanted.met || undefined}>
      {wanted.met && (
        <>
          <Check aria-hidden="true" />
          Saved
        </>
      )}
      {wanted.waiting && (wanted.late ? 'Not confirmed yet' : 'Saving…')}
    </output>
  );
}
