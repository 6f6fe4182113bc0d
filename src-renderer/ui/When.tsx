import { absoluteTime, relativeTime } from '../../src-shared/domain/format.ts';
import type { Timestamp } from '../../src-shared/domain/ids.ts';
import { useNow } from '../app/now.ts';

/** A moment: relative in words, absolute on hover and for machines. */
export function When({ at }: { at: Timestamp }) {
  const now = useNow();
  return (
    <time dateTime={new Date(at).toISOString()} title={absoluteTime(at)}>
      {relativeTime(at, now)}
    </time>
  );
}
