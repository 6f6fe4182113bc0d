import { useEffect, useRef, type RefObject } from 'react';

/** What had the focus was replaced by what it led to: the first button of `place` takes it over, so that the keyboard is not lost. */
export function useRefocus(place: RefObject<HTMLElement | null>, when: boolean): void {
  const last = useRef(when);
  useEffect(() => {
    const changed = last.current !== when;
    last.current = when;
    if (changed && document.activeElement === document.body) place.current?.querySelector('button')?.focus();
  }, [place, when]);
}
