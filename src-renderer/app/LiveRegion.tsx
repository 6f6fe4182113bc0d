import { useEffect, useRef } from 'react';
import { announce, useAnnouncement } from './announce.ts';
import { useSlice } from './store.ts';

/** Tells a screen reader, politely, what changed: acts of this window and what the machine does now. */
export function LiveRegion() {
  const { text, n } = useAnnouncement();
  return (
    <div className="vh" aria-live="polite">
      <span key={n}>{text}</span>
    </div>
  );
}

export function ActivityAnnouncer() {
  const title = useSlice('activity').title;
  const last = useRef(title);
  useEffect(() => {
    if (last.current !== title) announce(title);
    last.current = title;
  }, [title]);
  return null;
}
