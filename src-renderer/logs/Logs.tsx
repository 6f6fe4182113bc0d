import { PageHead } from '../ui/PageHead.tsx';
import layout from '../ui/layout.module.css';
import { Parts } from '../work/Parts.tsx';
import { Diagnostics } from './Diagnostics.tsx';
import { LogCard } from './LogCard.tsx';

/** What the node wrote down, and what to hand over when somebody is to help. */
export function Logs() {
  return (
    <>
      <Parts />
      <PageHead
        title="What this node wrote down"
        why="Everything it did and why, newest first. It stays on this machine."
      />
      <div className={layout.stack}>
        <LogCard />
        <Diagnostics />
      </div>
    </>
  );
}
