import type { DisputeView } from '../../src-shared/domain/disputes.ts';
import { formatRoute } from '../app/route.ts';
import { InputThumb } from '../tasks/InputThumb.tsx';
import { Moot } from '../ui/Moot.tsx';
import { Pill } from '../ui/Pill.tsx';
import { When } from '../ui/When.tsx';
import styles from './DisputeRow.module.css';
import type { Need } from './needs.ts';
import { isBusy, isDecided, ROLES, sayDispute } from './words.ts';

const NEEDED: Readonly<Record<Need['kind'], string>> = {
  vote: 'your vote',
  open: 'your ballot',
  appeal: 'appeal?',
  contested: 'contested',
};

/** A dispute in one line; it opens into both results and its story. */
export function DisputeRow({ dispute, need }: { dispute: DisputeView; need: Need | null }) {
  const said = sayDispute(dispute);
  const busy = isBusy(dispute.ballot) && !isDecided(dispute.state);
  const settled = dispute.outcome !== null;
  return (
    <li className={styles.item}>
      <a href={formatRoute({ screen: 'disputes', dispute: dispute.id })} className={styles.row}>
        <InputThumb input={dispute.input} />
        <span className={styles.words}>
          <span>
            {dispute.model}{' '}
            <span className={styles.role}>
              dispute {dispute.id}, {ROLES[dispute.role]}
            </span>
          </span>
          <span className={styles.reason}>{dispute.reason}</span>
        </span>
        <span className={styles.when}>
          {dispute.until === null ? (
            <>
              opened <When at={dispute.openedAt} />
            </>
          ) : (
            <>
              ends <When at={dispute.until} />
            </>
          )}
        </span>
        <Pill tone={need === null ? said.tone : 'need'} pulse={busy}>
          {need === null ? said.short : NEEDED[need.kind]}
        </Pill>
        <span className={styles.money}>
          {settled ? (
            <Moot value={dispute.outcome ?? dispute.atStake} bare signed inert />
          ) : (
            <Moot value={dispute.atStake} bare inert />
          )}
          <small>{settled ? 'MOOT for you' : 'MOOT at stake'}</small>
        </span>
      </a>
    </li>
  );
}
