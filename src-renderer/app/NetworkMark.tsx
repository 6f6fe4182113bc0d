import { Pill } from '../ui/Pill.tsx';
import { useStore } from './store.ts';

/** Where we are: in the sandbox, or where it counts. Also marks a page that shows what was last known. */
export function NetworkMark() {
  const node = useStore((store) => store.data?.node);
  const offline = useStore((store) => store.link.state === 'offline');
  if (node === undefined) return null;
  return (
    <>
      <Pill tone="info">{node.network === 'sandbox' ? 'Sandbox · nothing here is worth money' : node.networkName}</Pill>
      {offline && <Pill tone="need">as last known</Pill>}
    </>
  );
}
