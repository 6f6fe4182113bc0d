import type { HardwareCheck } from '../../src-shared/domain/machine.ts';
import { Card } from '../ui/Card.tsx';
import { Empty } from '../ui/Empty.tsx';
import layout from '../ui/layout.module.css';
import table from '../ui/table.module.css';
import { sayScore, scoreTable } from './check.ts';
import { providerName } from './words.ts';

/** How fast each device is at the fixed set of graphs. */
export function Benchmark({ check }: { check: HardwareCheck }) {
  const { columns, rows } = scoreTable(check.benchmark);
  const nameOf = (id: string): string => check.devices.find((device) => device.id === id)?.name ?? id;
  return (
    <Card title="How fast it is">
      {rows.length === 0 ? (
        <Empty title={check.state === 'running' ? 'Not measured yet' : 'Nothing was measured'}>
          <p>
            {check.state === 'running'
              ? 'Speed is measured last, after every device was tried.'
              : 'Nothing ran that could be measured. The devices above say why.'}
          </p>
        </Empty>
      ) : (
        <div className={layout.form}>
          <p className={layout.sub}>Runs a second of a few fixed models. These figures stay on this machine.</p>
          <div className={table.scroll}>
            <table className={table.table}>
              <caption className="vh">Runs a second</caption>
              <thead>
                <tr>
                  <th scope="col">Runs a second</th>
                  {columns.map(({ key, device, provider }) => (
                    <th scope="col" key={key}>
                      {nameOf(device)}
                      <small>{provider === 'cpu' ? '' : providerName(provider)}</small>
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {rows.map(({ graph, scores }) => (
                  <tr key={graph}>
                    <th scope="row">{graph}</th>
                    {scores.map((score, index) => (
                      <td key={columns[index]?.key}>{score === null ? '–' : sayScore(score)}</td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </div>
      )}
    </Card>
  );
}
