import { useEffect, useState } from 'react';
import type { ErrorView } from '../../src-shared/domain/errors.ts';
import type { LogLevel, LogLine } from '../../src-shared/domain/machine.ts';
import { call } from '../app/bridge.ts';
import { useStore } from '../app/store.ts';
import { merge } from './lines.ts';

const PAGE = 200;
/** How often a followed log is asked for what is new. */
const FOLLOW_MS = 2_000;
/** Typing is not sent letter by letter. */
const SETTLE_MS = 250;

interface Kept {
  readonly of: string;
  readonly lines: readonly LogLine[];
  readonly atEnd: boolean;
}

export interface Log {
  /** Newest first; null until the node has answered for this filter. */
  readonly lines: readonly LogLine[] | null;
  readonly atEnd: boolean;
  readonly error: ErrorView | null;
  readonly older: () => Promise<void>;
}

/** What the node wrote down, page by page; new lines come by themselves while `follow`. */
export function useLog(level: LogLevel | null, text: string, follow: boolean): Log {
  const online = useStore((store) => store.link.state === 'online');
  const of = `${level} ${text}`;
  const [kept, setKept] = useState<Kept | null>(null);
  const [error, setError] = useState<ErrorView | null>(null);

  useEffect(() => {
    if (!online) return;
    let timer: ReturnType<typeof setTimeout>;
    let gone = false;
    const look = async (): Promise<void> => {
      const outcome = await call('logs.page', { before: null, limit: PAGE, level, text });
      if (gone) return;
      setError(outcome.ok ? null : outcome.error);
      if (outcome.ok) {
        const page = outcome.value;
        setKept((kept) =>
          kept?.of === of
            ? { ...kept, lines: merge(kept.lines, page) }
            : { of, lines: page, atEnd: page.length < PAGE },
        );
      }
      if (follow) timer = setTimeout(() => void look(), FOLLOW_MS);
    };
    timer = setTimeout(() => void look(), SETTLE_MS);
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [online, of, level, text, follow]);

  const mine = kept?.of === of ? kept : null;
  const older = async (): Promise<void> => {
    const before = mine?.lines.at(-1)?.id;
    if (before === undefined) return;
    const outcome = await call('logs.page', { before, limit: PAGE, level, text });
    setError(outcome.ok ? null : outcome.error);
    if (!outcome.ok) return;
    const page = outcome.value;
    setKept((kept) => (kept?.of === of ? { of, lines: merge(kept.lines, page), atEnd: page.length < PAGE } : kept));
  };
  return { lines: mine?.lines ?? null, atEnd: mine?.atEnd ?? true, error, older };
}
