import { useEffect, useState } from 'react';
import type { ErrorView } from '../../src-shared/domain/errors.ts';
import type { DeviceView, History } from '../../src-shared/domain/machine.ts';
import { call } from '../app/bridge.ts';
import { useStore } from '../app/store.ts';
import { useCalm } from '../ui/useCalm.ts';
import { append, stepOf } from './history.ts';

/** Whoever asked for less motion gets a chart that moves this often at most. */
const CALM_MS = 15_000;

interface Kept {
  readonly of: string;
  readonly history: History;
}

/** What a device measured: asked for once, then grown by what comes in. Asked for again after the line was cut. */
export function useHistory(device: DeviceView, minutes: number) {
  const online = useStore((store) => store.link.state === 'online');
  const calm = useCalm();
  const of = `${device.id} ${minutes}`;
  const [kept, setKept] = useState<Kept | null>(null);
  const [error, setError] = useState<ErrorView | null>(null);
  const [tries, setTries] = useState(0);

  useEffect(() => {
    if (!online) return;
    let gone = false;
    void call('machine.history', { device: device.id, minutes }).then((outcome) => {
      if (gone) return;
      setError(outcome.ok ? null : outcome.error);
      if (outcome.ok) setKept({ of: `${device.id} ${minutes}`, history: outcome.value });
    });
    return () => {
      gone = true;
    };
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- another try asks again
  }, [device.id, minutes, online, tries]);

  const known = kept?.of === of ? kept.history : null;
  const grown =
    known === null ? null : append(known, device.reading, minutes, Math.max(stepOf(minutes), calm ? CALM_MS : 0));
  // Kept while rendering, as React allows for one's own state: the next reading is added to this one.
  if (grown !== null && grown !== known) setKept({ of, history: grown });
  return { history: grown, error, retry: () => setTries(tries + 1) };
}
