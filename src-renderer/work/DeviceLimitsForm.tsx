import { useState } from 'react';
import { STOP_ABOVE_TARGET_C, type DeviceLimits, type DeviceView } from '../../src-shared/domain/machine.ts';
import { useStore } from '../app/store.ts';
import { useAction } from '../app/useAction.ts';
import { useWanted } from '../app/useWanted.ts';
import { Button } from '../ui/Button.tsx';
import { Field } from '../ui/Field.tsx';
import { Saved } from '../ui/Saved.tsx';
import { Trouble } from '../ui/Trouble.tsx';
import layout from '../ui/layout.module.css';
import {
  NO_LIMITS,
  readField,
  readLimits,
  sameLimits,
  typedLimits,
  type FieldName,
  type TypedLimits,
} from './deviceLimits.ts';
import styles from './Limits.module.css';
import { memory } from './words.ts';

interface FieldWords {
  readonly name: FieldName;
  readonly label: string;
  readonly placeholder: string;
  readonly hint: string;
}

/** What one device may take. Shown as the node holds it, saved together, confirmed by what comes back. */
export function DeviceLimitsForm({ device }: { device: DeviceView }) {
  const save = useAction('policy.device');
  const wanted = useWanted<DeviceLimits>(device.limits, sameLimits);
  const offline = useStore((store) => store.link.state === 'offline');
  const [draft, setDraft] = useState<TypedLimits | null>(null);
  const form = draft ?? typedLimits(wanted.value ?? device.limits);
  const read = readLimits(form, device.limits.on);
  const changed = draft !== null && (read === null || !sameLimits(read, device.limits));
  const submit = async (event: React.FormEvent): Promise<void> => {
    event.preventDefault();
    if (read === null || !changed || offline || wanted.waiting) return;
    wanted.want(read);
    const outcome = await save.run({ device: device.id, limits: read });
    if (outcome.ok) setDraft(null);
    else wanted.forget();
  };
  return (
    <form className={layout.form} onSubmit={(event) => void submit(event)}>
      <div className={styles.fields}>
        <DutyField duty={form.duty} onChange={(duty) => setDraft({ ...form, duty })} />
        {fieldsOf(device).map(({ name, label, placeholder, hint }) => (
          <Field key={name} label={label} hint={hint} error={readField(form, name).problem}>
            {(control) => (
              <input
                {...control}
                inputMode="decimal"
                autoComplete="off"
                placeholder={placeholder}
                value={form[name]}
                onChange={(event) => setDraft({ ...form, [name]: event.target.value })}
              />
            )}
          </Field>
        ))}
      </div>
      <Trouble error={save.error} />
      <div className={layout.buttons}>
        <Button type="submit" busy={wanted.waiting} disabled={!changed || read === null || offline}>
          {wanted.waiting ? 'Saving…' : 'Save limits'}
          <span className="vh"> of {device.name}</span>
        </Button>
        <Button look="quiet" onClick={() => setDraft(NO_LIMITS)}>
          As it came
        </Button>
        <Saved wanted={wanted} />
      </div>
    </form>
  );
}

function DutyField({ duty, onChange }: { duty: number; onChange: (duty: number) => void }) {
  return (
    <Field label="Share of the time" hint="The rest of the time it rests.">
      {(control) => (
        <span className={styles.range}>
          <input
            {...control}
            type="range"
            min={5}
            max={100}
            step={5}
            value={duty}
            aria-valuetext={`${duty} percent of the time`}
            onChange={(event) => onChange(Number(event.target.value))}
          />
          <output>{duty} %</output>
        </span>
      )}
    </Field>
  );
}

function fieldsOf({ kind, memoryBytes }: DeviceView): readonly FieldWords[] {
  const room = memoryBytes === null ? 'Half if empty.' : `Of ${memory(memoryBytes)}; half if empty.`;
  const common: readonly FieldWords[] = [
    {
      name: 'targetC',
      label: 'Not warmer than, °C',
      placeholder: 'no target',
      hint: `Slows down above it, stops ${STOP_ABOVE_TARGET_C} °C above it. 80 at first.`,
    },
    { name: 'powerCapW', label: 'Power cap, W', placeholder: 'no cap', hint: 'Slows down above it.' },
    {
      name: 'memoryGiB',
      label: 'Memory it may take, GiB',
      placeholder: 'half',
      hint: room,
    },
  ];
  if (kind === 'gpu') return common;
  return [...common, { name: 'lanes', label: 'Pieces of work at once', placeholder: '1', hint: 'Each takes a core.' }];
}
