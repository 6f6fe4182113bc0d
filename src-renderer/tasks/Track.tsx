import type { TaskState } from '../../src-shared/domain/tasks.ts';
import styles from './Track.module.css';
import { STATIONS, stationOf } from './words.ts';

/** The way of an ask: which stations are behind it, where it is, what comes. */
export function Track({ state }: { state: TaskState }) {
  const reached = stationOf(state);
  return (
    <ol className={styles.track} aria-label="Way of this task">
      {STATIONS.map((station, index) => (
        <li
          key={station.id}
          data-reached={index <= reached}
          data-next={index === reached + 1}
          aria-current={index === reached ? 'step' : undefined}
        >
          <span className={styles.dot} aria-hidden="true" />
          {station.name}
          <span className="vh">{index <= reached ? ', done' : ', still to come'}</span>
        </li>
      ))}
    </ol>
  );
}
