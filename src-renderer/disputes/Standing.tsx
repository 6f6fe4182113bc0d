import { dayTime } from '../ui/days.ts';
import type { DisputeView } from '../../src-shared/domain/disputes.ts';
import { Card } from '../ui/Card.tsx';
import { Way } from '../ui/Way.tsx';
import { When } from '../ui/When.tsx';
import layout from '../ui/layout.module.css';
import { endOf, panelLine, STATIONS, stationOf, verdict } from './words.ts';

/** Where the case stands: stations, panel, ruling so far, and what ends when. */
export function Standing({ dispute }: { dispute: DisputeView }) {
  const end = endOf(dispute.state);
  const votes = dispute.state === 'sealing' || dispute.state === 'opening';
  return (
    <Card title="Where it stands">
      <Way label="Way of this dispute" stations={STATIONS} reached={stationOf(dispute.state)} />
      <div className={layout.form}>
        <p className={layout.sub}>{panelLine(dispute)}</p>
        <dl className={layout.facts}>
          <div>
            <dt>Ruling so far</dt>
            <dd>
              {dispute.ruling === null ? 'none yet' : `the result is ${verdict(dispute.ruling)}`}
              {dispute.ruling !== null && votes && <small>by panel {dispute.round - 1}; a larger one votes now</small>}
            </dd>
          </div>
          {end !== null && dispute.until !== null && (
            <div>
              <dt>{end}</dt>
              <dd>
                {dayTime(dispute.until)}
                <small>
                  <When at={dispute.until} />
                </small>
              </dd>
            </div>
          )}
        </dl>
      </div>
    </Card>
  );
}
