import type { DeviceId } from '../../src-shared/domain/machine.ts';
import { formatRoute } from '../app/route.ts';
import { useSlice } from '../app/store.ts';
import { Card } from '../ui/Card.tsx';
import { PageHead } from '../ui/PageHead.tsx';
import layout from '../ui/layout.module.css';
import { Charts } from './Charts.tsx';
import { DeviceFacts } from './DeviceFacts.tsx';
import { DeviceLimitsForm } from './DeviceLimitsForm.tsx';
import { DeviceSwitch } from './DeviceSwitch.tsx';
import { DeviceWhy } from './DeviceWhy.tsx';
import { Parts } from './Parts.tsx';
import { PauseMenu } from './PauseMenu.tsx';
import { isPaused, sayTitle } from './words.ts';

/** One device: what it does and why, how it did lately, and what it may take. */
export function DevicePage({ id }: { id: DeviceId }) {
  const device = useSlice('machine').devices.find((each) => each.id === id);
  const back = <a href={formatRoute({ screen: 'work', task: null })}>All devices</a>;
  if (device === undefined) {
    return (
      <>
        <Parts />
        <PageHead
          back={back}
          title="This device is not there now"
          why="It was unplugged, its driver is gone, or it was never part of this machine."
        />
      </>
    );
  }
  return (
    <>
      <Parts />
      <PageHead
        back={back}
        title={sayTitle(device)}
        why={<DeviceWhy decision={device.decision} />}
        actions={
          <>
            <DeviceSwitch device={device} />
            {device.limits.on && device.state !== 'failed' && (
              <PauseMenu device={id} name={device.name} paused={isPaused(device.decision)} />
            )}
          </>
        }
      />
      <div className={layout.stack}>
        <Charts device={device} />
        <Card title="Limits of this device">
          <DeviceLimitsForm device={device} />
        </Card>
        <DeviceFacts device={device} />
      </div>
    </>
  );
}
