import { duration, percent } from '../../src-shared/domain/format.ts';
import type { DeviceView } from '../../src-shared/domain/machine.ts';
import { useNow } from '../app/now.ts';
import { providerName } from './words.ts';

/** What is being computed. A share only where the work itself reports one; else how long it takes already. */
export function DeviceJob({ device }: { device: DeviceView }) {
  const now = useNow();
  const { job, provider, state } = device;
  const by = provider === null ? '' : ` with ${providerName(provider)}`;
  if (job === null) return 'Nothing under way';
  const far = job.progress === null ? `for ${duration(now - job.since)}` : `${percent(job.progress)} done`;
  return (
    <>
      {state === 'working' ? 'Computing' : 'Held'} <strong>{job.model}</strong>
      {by}, {far}
    </>
  );
}
