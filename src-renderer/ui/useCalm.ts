import { useSyncExternalStore } from 'react';

const query = window.matchMedia('(prefers-reduced-motion: reduce)');

function subscribe(listener: () => void): () => void {
  query.addEventListener('change', listener);
  return () => query.removeEventListener('change', listener);
}

/** Whether the person asked for less motion: for what moves without a stylesheet. */
export function useCalm(): boolean {
  return useSyncExternalStore(subscribe, () => query.matches);
}
