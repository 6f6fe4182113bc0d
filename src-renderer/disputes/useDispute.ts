import { useEffect, useState } from 'react';
import type { DisputeView } from '../../src-shared/domain/disputes.ts';
import type { ErrorView } from '../../src-shared/domain/errors.ts';
import { call } from '../app/bridge.ts';
import { useSlice, useStore } from '../app/store.ts';

export interface DisputeAnswer {
  readonly dispute: DisputeView | null;
  readonly error: ErrorView | null;
}

/** The live dispute; one that is older than what the node keeps at hand is fetched once. */
export function useDispute(id: string): DisputeAnswer {
  const live = useSlice('disputes').find((dispute) => dispute.id === id) ?? null;
  const online = useStore((store) => store.link.state === 'online');
  const [fetched, setFetched] = useState<DisputeAnswer>({ dispute: null, error: null });
  const missing = live === null;
  useEffect(() => {
    if (!missing || !online) return;
    let current = true;
    void call('disputes.get', { id }).then((outcome) => {
      if (!current) return;
      setFetched(outcome.ok ? { dispute: outcome.value, error: null } : { dispute: null, error: outcome.error });
    });
    return () => {
      current = false;
    };
  }, [id, missing, online]);
  return live === null ? fetched : { dispute: live, error: null };
}
