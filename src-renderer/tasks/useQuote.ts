import { useEffect, useState } from 'react';
import type { ErrorView } from '../../src-shared/domain/errors.ts';
import type { Amount, Digest } from '../../src-shared/domain/ids.ts';
import type { Assurance, Quote } from '../../src-shared/domain/tasks.ts';
import { call } from '../app/bridge.ts';
import { useSlice, useStore } from '../app/store.ts';

const SETTLE_MS = 250;

export interface QuoteState {
  /** For exactly these inputs, or null. */
  readonly quote: Quote | null;
  readonly error: ErrorView | null;
}

/** What an ask would cost now. Asked again when the model, the fee, how closely it is checked or what is prepaid changes; late answers are dropped. */
export function useQuote(model: Digest | null, fee: Amount | null, assurance: Assurance): QuoteState {
  const prepaid = useSlice('wallet').balances?.prepaid;
  const online = useStore((store) => store.link.state === 'online');
  const key = `${model} ${fee} ${assurance} ${prepaid} ${online}`;
  const [answer, setAnswer] = useState<QuoteState & { readonly key: string }>({ key: '', quote: null, error: null });
  useEffect(() => {
    if (model === null || fee === null) return;
    let current = true;
    const timer = setTimeout(async () => {
      const outcome = await call('tasks.quote', { model, fee, assurance });
      if (!current) return;
      setAnswer(outcome.ok ? { key, quote: outcome.value, error: null } : { key, quote: null, error: outcome.error });
    }, SETTLE_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [key, model, fee, assurance]);
  return answer.key === key ? answer : { quote: null, error: null };
}
