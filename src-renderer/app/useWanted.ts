import { useEffect, useState } from 'react';

/** Longer than this is not normal any more. */
const PATIENCE_MS = 10_000;

export interface Wanted<T> {
  /** What was asked for and is not so yet; null when nothing is. */
  readonly value: T | null;
  readonly waiting: boolean;
  /** It has been waited for too long to be normal. */
  readonly late: boolean;
  /** The last thing asked for came true. */
  readonly met: boolean;
  readonly want: (value: T) => void;
  readonly forget: () => void;
}

/** What a person asked for is done when the node's state says so, not when the button was pressed. */
export function useWanted<T>(actual: T, same: (a: T, b: T) => boolean = Object.is): Wanted<T> {
  const [wanted, setWanted] = useState<{ readonly value: T; readonly met: boolean } | null>(null);
  // Met: from here on a change is somebody else's, and nothing is waited for.
  if (wanted !== null && !wanted.met && same(wanted.value, actual)) setWanted({ ...wanted, met: true });
  const waiting = wanted !== null && !wanted.met;
  const late = useLate(waiting);
  return {
    value: waiting ? wanted.value : null,
    waiting,
    late,
    met: wanted !== null && wanted.met,
    want: (value) => setWanted({ value, met: false }),
    forget: () => setWanted(null),
  };
}

function useLate(waiting: boolean): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (!waiting) return;
    const timer = setTimeout(() => setLate(true), PATIENCE_MS);
    return () => {
      clearTimeout(timer);
      setLate(false);
    };
  }, [waiting]);
  return late;
}
