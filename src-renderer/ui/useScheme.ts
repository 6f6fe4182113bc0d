import { useSyncExternalStore } from 'react';

const query = window.matchMedia('(prefers-color-scheme: dark)');

function subscribe(listener: () => void): () => void {
  query.addEventListener('change', listener);
  return () => query.removeEventListener('change', listener);
}

/** For what is painted by hand and must be painted again when the colours change. */
export function useScheme(): 'dark' | 'light' {
  return useSyncExternalStore(subscribe, () => (query.matches ? 'dark' : 'light'));
}
