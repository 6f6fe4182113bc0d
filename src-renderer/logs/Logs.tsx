import { count } from '../../src-shared/domain/format.ts';
import { LOG_LINES } from '../../src-shared/domain/machine.ts';
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
        why={`What it did and why since it started, newest first: about the last ${count(LOG_LINES, 'line')}. Older ones are in the file node.log in its folder. All of it stays on this machine.`}
      />
      <div className={layout.stack}>
        <LogCard />
        <Diagnostics />
      </div>
    </>
  );
}
