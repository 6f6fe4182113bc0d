import { formatRoute } from '../app/route.ts';
import { useSlice } from '../app/store.ts';
import { Card } from '../ui/Card.tsx';
import { Empty } from '../ui/Empty.tsx';
import { PageHead } from '../ui/PageHead.tsx';
import layout from '../ui/layout.module.css';
import { Costs } from './Costs.tsx';
import { DeviceLimitsForm } from './DeviceLimitsForm.tsx';
import { HoursCard } from './HoursCard.tsx';
import { Parts } from './Parts.tsx';
import { PresenceCard } from './PresenceCard.tsx';
import { ResourcesCard } from './ResourcesCard.tsx';
import { sayLimits } from './words.ts';

/** What this machine may do, and when. */
export function Limits() {
  const { devices, limits } = useSlice('machine');
  const prices = useSlice('prices');
  return (
    <>
      <Parts />
      <PageHead title={sayLimits(limits)} why="A change counts within a second, also for what is under way." />
      <div className={layout.stack}>
        <HoursCard which="schedule" />
        <PresenceCard />
        <HoursCard which="quiet" />
        <ResourcesCard />
        {devices.length === 0 && (
          <Card title="Limits of each device">
            <Empty title="No device so far">
              <p>Heat, power and memory of each device are limited here once it was found.</p>
            </Empty>
          </Card>
        )}
        {devices.map((device) => (
          <Card
            key={device.id}
            title={`Limits of ${device.name}`}
            aside={<a href={formatRoute({ screen: 'work', device: device.id })}>How it is doing</a>}
          >
            <DeviceLimitsForm device={device} />
          </Card>
        ))}
        {prices !== null && <Costs key={JSON.stringify(prices)} prices={prices} />}
      </div>
    </>
  );
}
