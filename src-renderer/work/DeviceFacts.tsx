import { count } from '../../src-shared/domain/format.ts';
import type { DeviceView } from '../../src-shared/domain/machine.ts';
import { Card } from '../ui/Card.tsx';
import layout from '../ui/layout.module.css';
import { DeviceIncome } from './DeviceIncome.tsx';
import { DeviceJob } from './DeviceJob.tsx';
import { memory, providerName } from './words.ts';

/** What it is, and what it did since the node started. */
export function DeviceFacts({ device }: { device: DeviceView }) {
  const { provider, memoryBytes, done, failed, crashes, detail } = device;
  return (
    <Card title="This device">
      <dl className={layout.facts}>
        <div>
          <dt>Details</dt>
          <dd>{detail}</dd>
        </div>
        <div>
          <dt>{device.kind === 'cpu' ? 'Memory of the computer' : 'Memory'}</dt>
          <dd>{memoryBytes === null ? 'not known' : memory(memoryBytes)}</dd>
        </div>
        <div>
          <dt>Now</dt>
          <dd>
            <DeviceJob device={device} />
          </dd>
        </div>
        <div>
          <dt>Computes with</dt>
          <dd>{provider === null ? 'nothing that works here' : providerName(provider)}</dd>
        </div>
        <div>
          <dt>Done since the start</dt>
          <dd>
            {count(done, 'piece')} of work, {failed === 0 ? 'none' : failed} failed
            {crashes > 0 && <small>its process ended by itself {crashes === 1 ? 'once' : `${crashes} times`}</small>}
          </dd>
        </div>
        <div>
          <dt>Brings</dt>
          <dd>
            <DeviceIncome device={device} />
          </dd>
        </div>
      </dl>
    </Card>
  );
}
