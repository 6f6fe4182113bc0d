import { units } from '../../src-shared/domain/amounts.ts';
import { count } from '../../src-shared/domain/format.ts';
import type { ServiceView } from '../../src-shared/domain/stake.ts';
import { useAction } from '../app/useAction.ts';
import { Card } from '../ui/Card.tsx';
import { Moot } from '../ui/Moot.tsx';
import { Pill } from '../ui/Pill.tsx';
import { Switch } from '../ui/Switch.tsx';
import { Trouble } from '../ui/Trouble.tsx';
import layout from '../ui/layout.module.css';
import { sayService, SERVICES } from './words.ts';

/** A standing duty: what it is, whether this node takes part, what it brought and what a miss costs. */
export function Service({ name, service }: { name: 'duty' | 'jury'; service: ServiceView }) {
  const act = useAction('stake.service');
  const words = SERVICES[name];
  const said = sayService(service);
  const [one, many] = words.units;
  return (
    <Card title={words.title} aside={<Pill tone={said.tone}>{said.words}</Pill>}>
      <div className={layout.form}>
        <p className={layout.sub}>{words.what}</p>
        <Switch
          label={words.label}
          on={service.wanted}
          busy={act.pending}
          onChange={(on) => void act.run({ service: name, on })}
        />
        <p>{service.reason}</p>
        <Trouble error={act.error} />
        <dl className={layout.facts}>
          {units(service.deposit) > 0n && (
            <div>
              <dt>
                Deposit
                <small>
                  {service.state === 'leaving' ? 'comes back when that is over' : 'bound while you are signed up'}
                </small>
              </dt>
              <dd>
                <Moot value={service.deposit} />
              </dd>
            </div>
          )}
          <div>
            <dt>So far</dt>
            <dd>
              {count(service.served, one, many)},{' '}
              {service.missed === 0 ? 'none' : service.missed.toLocaleString('en-US')} missed
            </dd>
          </div>
          <div>
            <dt>Earned</dt>
            <dd>
              <Moot value={service.earned} signed />
            </dd>
          </div>
        </dl>
        <p className={layout.small}>{words.miss}</p>
      </div>
    </Card>
  );
}
