import { PageHead } from '../ui/PageHead.tsx';
import { Parts } from '../work/Parts.tsx';
import { Models } from './Models.tsx';

export function Library() {
  return (
    <>
      <Parts />
      <PageHead title="Models" />
      <Models />
    </>
  );
}
