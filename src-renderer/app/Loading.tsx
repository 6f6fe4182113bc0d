import { Skeleton } from '../ui/Skeleton.tsx';
import { useStore } from './store.ts';

/** What was asked of the node is on its way; while the node is gone, that is said instead of a shape that never fills. */
export function Loading({ label, lines }: { label: string; lines: number }) {
  const offline = useStore((store) => store.link.state === 'offline');
  return offline ? <p>Not known while Folkmoot’s node does not answer.</p> : <Skeleton lines={lines} label={label} />;
}
