import { ChevronDown } from 'lucide-react';
import { useEffect, useId, useRef, useState, type ReactNode } from 'react';
import { Button } from './Button.tsx';
import styles from './Menu.module.css';

interface MenuProps {
  readonly label: ReactNode;
  readonly busy?: boolean;
  readonly disabled?: boolean;
  /** Where there is little room: which edge of the button the choices keep to. */
  readonly edge?: 'left' | 'right';
  /** Receives what closes it; buttons and boxes of the browser, reached with Tab. */
  readonly children: (close: () => void) => ReactNode;
}

/** A button that opens a few choices below it. Escape, a click elsewhere and a choice close it. */
export function Menu({ label, busy = false, disabled = false, edge = 'right', children }: MenuProps) {
  const id = useId();
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const trigger = `${id}-trigger`;
  const close = (): void => {
    setOpen(false);
    document.getElementById(trigger)?.focus();
  };
  useEffect(() => {
    if (!open) return;
    const outside = (event: PointerEvent): void => {
      if (event.target instanceof Node && root.current?.contains(event.target) !== true) setOpen(false);
    };
    const escape = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape') return;
      setOpen(false);
      document.getElementById(trigger)?.focus();
    };
    document.addEventListener('pointerdown', outside);
    document.addEventListener('keydown', escape);
    return () => {
      document.removeEventListener('pointerdown', outside);
      document.removeEventListener('keydown', escape);
    };
  }, [open, trigger]);
  return (
    <div
      ref={root}
      className={styles.menu}
      onBlur={(event) => {
        if (event.relatedTarget !== null && !event.currentTarget.contains(event.relatedTarget)) setOpen(false);
      }}
    >
      <Button
        id={trigger}
        busy={busy}
        disabled={disabled}
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        {label}
        <ChevronDown aria-hidden="true" />
      </Button>
      <div id={id} className={styles.panel} data-edge={edge} hidden={!open}>
        {open && children(close)}
      </div>
    </div>
  );
}
