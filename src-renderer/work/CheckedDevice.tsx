import type { DeviceCheck, ProviderCheck } from '../../src-shared/domain/machine.ts';
import { Card } from '../ui/Card.tsx';
import { Note } from '../ui/Note.tsx';
import { Pill } from '../ui/Pill.tsx';
import layout from '../ui/layout.module.css';
import table from '../ui/table.module.css';
import { DEVICE_STATES, PROVIDER_STATES, sayDifference, sayRun, stateOfDevice } from './check.ts';
import { memory, providerName } from './words.ts';

/** One device: what it is, what really ran on it, and what would help where nothing did. */
export function CheckedDevice({ device }: { device: DeviceCheck }) {
  const { words, tone } = DEVICE_STATES[stateOfDevice(device)];
  const facts = [
    device.memoryBytes === null ? 'memory not known' : memory(device.memoryBytes),
    device.kind === 'cpu' ? null : device.driver === null ? 'driver not known' : `driver ${device.driver}`,
    device.sources.length === 0 ? null : `told by ${device.sources.join(' and ')}`,
  ];
  return (
    <Card title={device.name} aside={<Pill tone={tone}>{words}</Pill>}>
      <div className={layout.form}>
        <p className={layout.sub}>{facts.filter((fact) => fact !== null).join(' · ')}</p>
        {device.trouble !== null && (
          <Note tone="trouble">
            <p>{device.trouble.cause}</p>
            <p>{device.trouble.fix}</p>
          </Note>
        )}
        {device.providers.length > 0 && (
          <div className={table.scroll}>
            <table className={table.table}>
              <caption className="vh">What ran on {device.name}</caption>
              <thead>
                <tr>
                  <th scope="col">By means of</th>
                  <th scope="col">Test</th>
                  <th scope="col">One run</th>
                  <th scope="col">Difference from the processor</th>
                </tr>
              </thead>
              <tbody>
                {device.providers.map((provider) => (
                  <Provider key={provider.provider} check={provider} />
                ))}
              </tbody>
            </table>
          </div>
        )}
      </div>
    </Card>
  );
}

function Provider({ check }: { check: ProviderCheck }) {
  const { words, tone } = PROVIDER_STATES[check.state];
  return (
    <tr>
      <th scope="row">{providerName(check.provider)}</th>
      <td>
        <Pill tone={tone}>{words}</Pill>
      </td>
      {check.state === 'ran' ? (
        <>
          <td>{check.runMs === null ? 'not measured' : sayRun(check.runMs)}</td>
          <td title={check.difference?.toString()}>
            {check.difference === null ? 'not measured' : sayDifference(check.difference)}
          </td>
        </>
      ) : (
        <td colSpan={2}>
          {check.cause ?? 'No cause is known.'}
          {check.fix !== null && <small>{check.fix}</small>}
        </td>
      )}
    </tr>
  );
}
