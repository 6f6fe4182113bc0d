import { useState } from 'react';
import { byteSize } from '../../src-shared/domain/format.ts';
import { useSlice } from '../app/store.ts';
import { Button } from '../ui/Button.tsx';
import { Card } from '../ui/Card.tsx';
import { Field } from '../ui/Field.tsx';
import { Saved } from '../ui/Saved.tsx';
import { Switch } from '../ui/Switch.tsx';
import { Trouble } from '../ui/Trouble.tsx';
import layout from '../ui/layout.module.css';
import { readNumber } from './deviceLimits.ts';
import styles from './Limits.module.css';
import { useLimits } from './useLimits.ts';

const GB = 1e9;

/** Battery, paid networks and the disk. */
export function ResourcesCard() {
  const { limits, wanted, error, offline, change } = useLimits();
  const free = useSlice('machine').surroundings.diskFreeBytes;
  const shown = wanted.value ?? limits;
  const [typed, setTyped] = useState<string | null>(null);
  const text = typed ?? (limits.diskFreeBytes / GB).toFixed(1).replace(/\.0$/, '');
  const read = readNumber(text, 0, 70_000);
  const bytes = read.value === null ? null : Math.round(read.value * GB);
  const changed = typed !== null && bytes !== null && Math.abs(bytes - limits.diskFreeBytes) >= GB / 20;
  const submit = (event: React.FormEvent): void => {
    event.preventDefault();
    if (!changed) return;
    change({ diskFreeBytes: bytes });
    setTyped(null);
  };
  return (
    <Card title="Battery, network and disk" aside={<Saved wanted={wanted} />}>
      <div className={layout.form}>
        <Switch
          label="Work on battery"
          on={shown.onBattery}
          busy={wanted.waiting}
          disabled={offline}
          onChange={(onBattery) => change({ onBattery })}
        />
        <Switch
          label="Work on a network that counts what is used, such as a phone’s"
          on={shown.onMetered}
          busy={wanted.waiting}
          disabled={offline}
          onChange={(onMetered) => change({ onMetered })}
        />
        <form className={styles.line} onSubmit={submit}>
          <Field
            className={styles.short}
            label="Disk space left alone, GB"
            hint={free === null ? 'How much is free is not known.' : `${byteSize(free)} is free now.`}
            error={read.problem}
          >
            {(control) => (
              <input
                {...control}
                inputMode="decimal"
                autoComplete="off"
                required
                value={text}
                onChange={(event) => setTyped(event.target.value)}
              />
            )}
          </Field>
          {changed && (
            <Button type="submit" busy={wanted.waiting} disabled={offline}>
              Save
            </Button>
          )}
        </form>
        <Trouble error={error} />
      </div>
    </Card>
  );
}
