import { useEffect, useState } from 'react';
import type { ErrorView } from '../../src-shared/domain/errors.ts';
import type { ServerView } from '../../src-shared/domain/machine.ts';
import { call } from '../app/bridge.ts';
import { useStore } from '../app/store.ts';

export interface Servers {
  /** null until the node has answered. */
  readonly servers: readonly ServerView[] | null;
  readonly error: ErrorView | null;
  readonly reload: () => void;
}

/** Model servers, as the node sees them now; asked again after each change and when the line comes back. */
export function useServers(): Servers {
  const online = useStore((store) => store.link.state === 'online');
  const [servers, setServers] = useState<Servers['servers']>(null);
  const [error, setError] = useState<ErrorView | null>(null);
  const [tries, setTries] = useState(0);
  useEffect(() => {
    if (!online) return;
    let current = true;
    void call('models.servers', {}).then((outcome) => {
      if (!current) return;
      setError(outcome.ok ? null : outcome.error);
      if (outcome.ok) setServers(outcome.value);
    });
    return () => {
      current = false;
    };
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- another try asks again
  }, [online, tries]);
  return { servers, error, reload: () => setTries((tries) => tries + 1) };
}
