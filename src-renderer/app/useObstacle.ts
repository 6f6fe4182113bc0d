import { useSlice, useStore } from './store.ts';

/** Why nothing can be signed or sent now, in one sentence; null when it can. Buttons that move money show it. */
export function useObstacle(): string | null {
  const offline = useStore((store) => store.link.state === 'offline');
  const locked = useSlice('wallet').state === 'locked';
  if (offline) return 'Folkmoot’s node does not answer; nothing can be sent now.';
  return locked ? 'The wallet is locked; unlock it first.' : null;
}
