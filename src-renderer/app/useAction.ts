import { useCallback, useRef, useState } from 'react';
import type { CallInput, CallName, CallOutput } from '../../src-shared/bridge/calls.ts';
import type { ErrorView } from '../../src-shared/domain/errors.ts';
import type { Outcome } from '../../src-shared/domain/outcome.ts';
import { call } from './bridge.ts';

export interface Action<K extends CallName> {
  readonly run: (input: CallInput<K>) => Promise<Outcome<CallOutput<K>>>;
  readonly pending: boolean;
  readonly error: ErrorView | null;
  readonly reset: () => void;
}

/** One call that a person starts: pending while it runs, its error kept until the next try. Never runs twice at once. */
export function useAction<K extends CallName>(name: K): Action<K> {
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<ErrorView | null>(null);
  const running = useRef<Promise<Outcome<CallOutput<K>>> | null>(null);
  const run = useCallback(
    (input: CallInput<K>) => {
      if (running.current !== null) return running.current;
      setPending(true);
      setError(null);
      const result = call(name, input).then((outcome) => {
        running.current = null;
        setPending(false);
        if (!outcome.ok) setError(outcome.error);
        return outcome;
      });
      running.current = result;
      return result;
    },
    [name],
  );
  const reset = useCallback(() => setError(null), []);
  return { run, pending, error, reset };
}
