import { Button } from '../ui/Button.tsx';
import layout from '../ui/layout.module.css';
import styles from './Backup.module.css';

interface Props {
  readonly words: readonly string[];
  readonly onWritten: () => void;
  readonly onCancel: () => void;
}

/** Not selectable and without a copy button: the words belong on paper, not on the clipboard. */
export function BackupWords({ words, onWritten, onCancel }: Props) {
  return (
    <div className={layout.form}>
      <p>In this order, on paper. No photograph, no cloud: a file with these words is a wallet without a lock.</p>
      <ol className={styles.words} aria-label="Your words">
        {words.map((word, index) => (
          <li key={`${index + 1}`} aria-label={`${index + 1}: ${word}`}>
            <span aria-hidden="true">{index + 1}</span>
            {word}
          </li>
        ))}
      </ol>
      <div className={layout.buttons}>
        <Button look="primary" onClick={onWritten}>
          I have written them down
        </Button>
        <Button onClick={onCancel}>Not now</Button>
      </div>
    </div>
  );
}
