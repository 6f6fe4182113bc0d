import type { ComponentProps } from 'react';
import styles from './Button.module.css';

export interface ButtonProps extends ComponentProps<'button'> {
  readonly look?: 'plain' | 'primary' | 'danger' | 'quiet';
  /** The act is under way: pressing again does nothing, the words say what is happening. */
  readonly busy?: boolean;
}

/** Says what happens, in its words. A busy button keeps the focus and its place. */
export function Button({ look = 'plain', busy = false, className, type = 'button', onClick, ...rest }: ButtonProps) {
  return (
    <button
      {...rest}
      // oxlint-disable-next-line react/button-has-type -- passed through with a safe default
      type={type}
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else onClick?.(event);
      }}
      className={[styles.button, styles[look], className].filter(Boolean).join(' ')}
    />
  );
}
