import type { ReactNode } from 'react';
import type { ErrorView } from '../../src-shared/domain/errors.ts';
import { Button } from './Button.tsx';
import { Dialog } from './Dialog.tsx';
import layout from './layout.module.css';
import { Trouble } from './Trouble.tsx';

interface ConfirmProps {
  readonly title: string;
  /** What happens and what it costs. */
  readonly children: ReactNode;
  readonly act: string;
  readonly keep: string;
  readonly pending: boolean;
  readonly error: ErrorView | null;
  readonly obstacle?: string | null;
  readonly onAct: () => void;
  readonly onClose: () => void;
}

/** Asks once before what cannot be undone. The safe side comes first and has the focus. */
export function Confirm({ title, children, act, keep, pending, error, obstacle = null, onAct, onClose }: ConfirmProps) {
  return (
    <Dialog title={title} onClose={onClose}>
      <div className={layout.form}>
        {children}
        <Trouble error={error} />
        {obstacle !== null && <p className={layout.sub}>{obstacle}</p>}
        <div className={layout.buttons}>
          <Button onClick={onClose}>{keep}</Button>
          <Button look="primary" busy={pending} disabled={obstacle !== null} onClick={onAct}>
            {act}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
