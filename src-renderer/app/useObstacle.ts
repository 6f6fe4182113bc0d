import { useSlice } from './store.ts';
import { useUnreachable } from './useUnreachable.ts';

/** Why nothing can be signed or sent now, in one sentence; null when it can. Buttons that move money show it. */
export function useObstacle(): string | null {
  const unreachable = useUnreachable();
  const locked = useSlice('wallet').state === 'locked';
  return unreachable ?? (locked ? 'The wallet is locked; unlock it first.' : null);
}
