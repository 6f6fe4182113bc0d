import { useSlice } from '../app/store.ts';
import { PageHead } from '../ui/PageHead.tsx';
import layout from '../ui/layout.module.css';
import { Parts } from '../work/Parts.tsx';
import { Containers } from './Containers.tsx';
import { Models } from './Models.tsx';
import { Servers } from './Servers.tsx';
import { sayLibrary } from './words.ts';

/** What this machine can compute, and what of it others may ask for. */
export function Library() {
  const models = useSlice('models');
  return (
    <>
      <Parts />
      <PageHead
        title={sayLibrary(models)}
        why="Switch on what your machine may solve: from then on, tasks that pay enough are taken by themselves."
      />
      <div className={layout.stack}>
        <Models />
        <Servers />
        <Containers />
      </div>
    </>
  );
}
