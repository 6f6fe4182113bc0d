import { useEffect, useId, useRef, type ReactNode } from 'react';
import styles from './Dialog.module.css';

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A modal over the page, mounted while open. The browser keeps the focus inside and gives it back. */
export function Dialog({ title, onClose, children }: DialogProps) {
  const id = useId();
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = ref.current;
    if (dialog === null || dialog.open) return;
    const before = document.activeElement;
    dialog.showModal();
    return () => {
      dialog.close();
      // What opened it may be gone with what it did: then the page's title takes over.
      const back = before?.isConnected === true ? before : document.querySelector('main h1');
      if (back instanceof HTMLElement) back.focus();
    };
  }, []);
  // A new step in the same dialog took away what had the focus.
  useEffect(() => {
    const dialog = ref.current;
    if (dialog === null || dialog.contains(document.activeElement)) return;
    dialog.querySelector<HTMLElement>('input, textarea, button')?.focus();
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- a new title is a new step
  }, [title]);
  return (
    <dialog
      ref={ref}
      className={styles.dialog}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <h2 id={id}>{title}</h2>
      {children}
    </dialog>
  );
}
