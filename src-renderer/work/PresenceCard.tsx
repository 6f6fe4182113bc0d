import type { MachineLimits } from '../../src-shared/domain/machine.ts';
import { useSlice } from '../app/store.ts';
import { Card } from '../ui/Card.tsx';
import { Choice } from '../ui/Choice.tsx';
import { Field } from '../ui/Field.tsx';
import { Saved } from '../ui/Saved.tsx';
import { Switch } from '../ui/Switch.tsx';
import { Trouble } from '../ui/Trouble.tsx';
import layout from '../ui/layout.module.css';
import { sayUnknown } from './idle.ts';
import { IdleSources } from './IdleSources.tsx';
import styles from './Limits.module.css';
import { useLimits } from './useLimits.ts';

const ACTS: ReadonlyArray<{ readonly value: MachineLimits['whenActive']; readonly name: string }> = [
  { value: 'run', name: 'Go on' },
  { value: 'throttle', name: 'Go slowly' },
  { value: 'stop', name: 'Stop' },
];

const MINUTES = [1, 2, 3, 5, 10, 15, 30, 60];

/** What happens while somebody is at the computer, and how that is noticed. */
export function PresenceCard() {
  const { limits, wanted, error, offline, change } = useLimits();
  const shown = wanted.value ?? limits;
  const unknown = sayUnknown(useSlice('machine').surroundings);
  const seconds = MINUTES.map((minute) => minute * 60);
  const options = seconds.includes(shown.idleSeconds) ? seconds : [shown.idleSeconds, ...seconds];
  return (
    <Card title="While you use the computer" aside={<Saved wanted={wanted} />}>
      <div className={layout.form}>
        <div className={styles.line}>
          <Choice
            label="While you use the computer"
            options={ACTS}
            value={shown.whenActive}
            busy={wanted.waiting}
            disabled={offline}
            onChange={(whenActive) => change({ whenActive })}
          />
          <Field className={styles.short} label="You are away after">
            {(control) => (
              <select
                {...control}
                disabled={offline}
                value={shown.idleSeconds}
                onChange={(event) => change({ idleSeconds: Number(event.target.value) })}
              >
                {options.map((value) => (
                  <option key={value} value={value}>
                    {value % 60 === 0 ? `${value / 60} min without input` : `${value} s without input`}
                  </option>
                ))}
              </select>
            )}
          </Field>
        </div>
        <Switch
          label="Stop for games, films in full screen and programs that use the card"
          on={shown.yieldToGames}
          busy={wanted.waiting}
          disabled={offline}
          onChange={(yieldToGames) => change({ yieldToGames })}
        />
        {unknown !== null && <p className={layout.sub}>{unknown}</p>}
        <Trouble error={error} />
        <IdleSources />
      </div>
    </Card>
  );
}
