import { Card } from '../ui/Card.tsx';
import { Saved } from '../ui/Saved.tsx';
import { Trouble } from '../ui/Trouble.tsx';
import layout from '../ui/layout.module.css';
import { SpansForm } from './SpansForm.tsx';
import { useLimits } from './useLimits.ts';

const WORDS = {
  schedule: {
    title: 'When it may work',
    what: 'Outside these hours nothing is computed.',
    none: 'At any time.',
    save: 'Save the schedule',
  },
  quiet: {
    title: 'Quiet hours',
    what: 'In these hours it computes slowly and stays cool, so that fans keep quiet.',
    none: 'Never; fans may be heard at any hour.',
    save: 'Save the quiet hours',
  },
} as const;

/** Hours of the week for work, or for quiet. */
export function HoursCard({ which }: { which: keyof typeof WORDS }) {
  const { limits, wanted, error, change } = useLimits();
  const words = WORDS[which];
  return (
    <Card title={words.title} aside={<Saved wanted={wanted} />}>
      <div className={layout.form}>
        <p className={layout.sub}>{words.what}</p>
        <SpansForm
          key={JSON.stringify(limits[which])}
          spans={limits[which]}
          quiet={which === 'quiet'}
          none={words.none}
          save={words.save}
          busy={wanted.waiting}
          onSave={(spans) => change({ [which]: spans })}
        />
        <Trouble error={error} />
      </div>
    </Card>
  );
}
