import styles from './Skeleton.module.css';

/** The shape of what is coming; appears only when it takes longer than 300 ms. */
export function Skeleton({ lines = 3, label }: { lines?: number; label: string }) {
  return (
    <output className={styles.skeleton}>
      <span className="vh">{label}</span>
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} className={styles.line} aria-hidden="true" />
      ))}
    </output>
  );
}
