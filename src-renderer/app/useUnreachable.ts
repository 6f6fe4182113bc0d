import { useStore } from './store.ts';

/** Why nothing can be asked of the node now, in one sentence; null when it can. Dialogs that send something show it. */
export function useUnreachable(): string | null {
  const offline = useStore((store) => store.link.state === 'offline');
  return offline ? 'Folkmoot’s node does not answer; nothing can be sent now.' : null;
}
