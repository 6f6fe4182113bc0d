import styles from './Way.module.css';

interface WayProps {
  readonly label: string;
  readonly stations: ReadonlyArray<{ readonly id: string; readonly name: string }>;
  /** Index of the last station behind us; -1 before the first. */
  readonly reached: number;
}

/** A way with stations: which of them are behind it, where it is, what comes. */
export function Way({ label, stations, reached }: WayProps) {
  return (
    <ol className={styles.way} aria-label={label}>
      {stations.map((station, index) => (
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
