import { create } from 'zustand';

/** What a screen reader is told next; the frame renders it in one polite live region. */
export const useAnnouncement = create<{ readonly text: string; readonly n: number }>(() => ({ text: '', n: 0 }));

export function announce(text: string): void {
  useAnnouncement.setState((last) => ({ text, n: last.n + 1 }));
}
