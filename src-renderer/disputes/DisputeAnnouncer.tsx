import { useEffect, useRef } from 'react';
import { announce } from '../app/announce.ts';
import { useSlice } from '../app/store.ts';
import { news, seen } from './news.ts';

/** Reads rulings and what became of ballots out, wherever in the window a person is. */
export function DisputeAnnouncer() {
  const disputes = useSlice('disputes');
  const last = useRef(seen(disputes));
  useEffect(() => {
    const sentences = news(last.current, disputes);
    // What was seen once stays known: a case that leaves the list and comes back is not new.
    last.current = new Map([...last.current, ...seen(disputes)]);
    if (sentences.length > 0) announce(sentences.join(' '));
  }, [disputes]);
  return null;
}
