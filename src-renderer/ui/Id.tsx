import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { shortId } from '../../src-shared/domain/format.ts';
import { announce } from '../app/announce.ts';
import styles from './Id.module.css';

/** An id shortened in the middle, whole on hover, copied by its button. `what` names it: "transaction". */
export function Id({ value, what, whole = false }: { value: string; what: string; whole?: boolean }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2_000);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(value);
      setCopied(true);
      announce(`The ${what} was copied.`);
    } catch {
      announce(`The ${what} could not be copied: this window may not use the clipboard.`);
    }
  };
  return (
    <span className={styles.id}>
      <code title={value} className={whole ? styles.whole : undefined}>
        {whole ? value : shortId(value)}
      </code>
      <button type="button" onClick={() => void copy()} aria-label={`Copy ${what} ${shortId(value)}`}>
        {copied ? <Check aria-hidden="true" /> : <Copy aria-hidden="true" />}
      </button>
    </span>
  );
}
