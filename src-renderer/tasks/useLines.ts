import { useEffect, useState } from 'react';
import type { ErrorView } from '../../src-shared/domain/errors.ts';
import type { LineView, TaskView } from '../../src-shared/domain/tasks.ts';
import { call } from '../app/bridge.ts';
import { useStore } from '../app/store.ts';

export interface LinesState {
  /** null until the node has answered. */
  readonly lines: readonly LineView[] | null;
  readonly error: ErrorView | null;
}

/** The lines of a batch, asked for anew whenever the batch has changed. */
export function useLines({ key, state, batch }: TaskView): LinesState {
  const stamp = JSON.stringify([state, batch]);
  const online = useStore((store) => store.link.state === 'online');
  const [fetched, setFetched] = useState<LinesState & { readonly stamp: string }>({
    stamp: '',
    lines: null,
    error: null,
  });
  useEffect(() => {
    if (!online) return;
    let current = true;
    void call('batches.lines', { key }).then((outcome) => {
      if (!current) return;
      setFetched(({ lines }) =>
        outcome.ok ? { stamp, lines: outcome.value, error: null } : { stamp, lines, error: outcome.error },
      );
    });
    return () => {
      current = false;
    };
  }, [key, stamp, online]);
  return fetched;
}
