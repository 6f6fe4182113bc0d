import { Copy } from 'lucide-react';
import { useState } from 'react';
import type { LogLevel } from '../../src-shared/domain/machine.ts';
import { count } from '../../src-shared/domain/format.ts';
import { announce } from '../app/announce.ts';
import { Loading } from '../app/Loading.tsx';
import { Button } from '../ui/Button.tsx';
import { Card } from '../ui/Card.tsx';
import { Choice } from '../ui/Choice.tsx';
import { Empty } from '../ui/Empty.tsx';
import { Switch } from '../ui/Switch.tsx';
import { Trouble } from '../ui/Trouble.tsx';
import { asText } from './lines.ts';
import { LogLines } from './LogLines.tsx';
import styles from './Logs.module.css';
import { useLog } from './useLog.ts';

const LEVELS: ReadonlyArray<{ readonly value: LogLevel | 'all'; readonly name: string }> = [
  { value: 'all', name: 'Everything' },
  { value: 'trouble', name: 'Trouble only' },
];

/** The log: filtered, followed, copied. */
export function LogCard() {
  const [level, setLevel] = useState<LogLevel | 'all'>('all');
  const [text, setText] = useState('');
  const [follow, setFollow] = useState(true);
  const [pending, setPending] = useState(false);
  const { lines, atEnd, error, older } = useLog(level === 'all' ? null : level, text.trim(), follow);
  const filtered = level !== 'all' || text.trim() !== '';
  const more = async (): Promise<void> => {
    setPending(true);
    await older();
    setPending(false);
  };
  const copy = async (): Promise<void> => {
    if (lines === null) return;
    try {
      await navigator.clipboard.writeText(asText(lines));
      announce(`${count(lines.length, 'line')} copied.`);
    } catch {
      announce('The lines could not be copied: this window may not use the clipboard.');
    }
  };
  return (
    <Card
      title="Log"
      aside={lines !== null && <span>{`${count(lines.length, 'line')}${atEnd ? '' : ' so far'}`}</span>}
    >
      <div className={styles.tools}>
        <input
          className={styles.search}
          type="search"
          aria-label="Lines with this text"
          placeholder="Lines with this text"
          maxLength={200}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <Choice label="Which lines" options={LEVELS} value={level} onChange={setLevel} />
        <Switch label="Follow" on={follow} onChange={setFollow} />
        <Button disabled={lines === null || lines.length === 0} onClick={() => void copy()}>
          <Copy aria-hidden="true" />
          Copy these lines
        </Button>
      </div>
      <Trouble error={error} />
      {lines === null && error === null && <Loading lines={8} label="The log is being read." />}
      {lines !== null && lines.length === 0 && (
        <Empty title={filtered ? 'No line fits' : 'Nothing written down yet'}>
          <p>
            {filtered
              ? 'Try another text, or look at everything.'
              : 'What the node does, and why, appears here line by line.'}
          </p>
        </Empty>
      )}
      {lines !== null && lines.length > 0 && <LogLines lines={lines} />}
      {lines !== null && lines.length > 0 && !atEnd && (
        <Button look="quiet" busy={pending} onClick={() => void more()}>
          {pending ? 'Reading…' : 'Show older'}
        </Button>
      )}
    </Card>
  );
}
