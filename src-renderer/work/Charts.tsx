import { useState } from 'react';
import { percent } from '../../src-shared/domain/format.ts';
import type { DeviceView } from '../../src-shared/domain/machine.ts';
import { Loading } from '../app/Loading.tsx';
import { Button } from '../ui/Button.tsx';
import { Card } from '../ui/Card.tsx';
import { Choice } from '../ui/Choice.tsx';
import { Empty } from '../ui/Empty.tsx';
import { Switch } from '../ui/Switch.tsx';
import { Trouble } from '../ui/Trouble.tsx';
import { ChartRow } from './ChartRow.tsx';
import styles from './Charts.module.css';
import { HistoryTable } from './HistoryTable.tsx';
import { RANGES } from './history.ts';
import { useHistory } from './useHistory.ts';

const CHOICES = RANGES.map(({ minutes, name }) => ({ value: minutes, name }));

/** Load, temperature and power of a device, as lines or in figures. */
export function Charts({ device }: { device: DeviceView }) {
  const [minutes, setMinutes] = useState(RANGES[0].minutes);
  const [asTable, setAsTable] = useState(false);
  const range = RANGES.find((each) => each.minutes === minutes) ?? RANGES[0];
  const { history, error, retry } = useHistory(device, minutes);
  const { targetC, powerCapW } = device.limits;
  return (
    <Card title="Load, temperature and power">
      <div className={styles.tools}>
        <Choice label="How far back" options={CHOICES} value={minutes} onChange={setMinutes} />
        <Switch label="As a table" on={asTable} onChange={setAsTable} />
      </div>
      {error !== null && (
        <>
          <Trouble error={error} />
          <Button onClick={retry}>Ask again</Button>
        </>
      )}
      {error === null && history === null && <Loading lines={6} label="The readings are being fetched." />}
      {history !== null && history.at.length === 0 && (
        <Empty title="No readings yet">
          <p>Lines appear here as soon as a sensor of this device has answered.</p>
        </Empty>
      )}
      {history !== null &&
        history.at.length > 0 &&
        (asTable ? (
          <HistoryTable history={history} range={range} />
        ) : (
          <div className={styles.charts}>
            <ChartRow
              name="Load"
              history={history}
              series="load"
              range={range}
              low={0}
              high={1}
              limit={null}
              limitName=""
              say={percent}
            />
            <ChartRow
              name="Temperature"
              history={history}
              series="temperatureC"
              range={range}
              low={20}
              high={Math.max(90, (targetC ?? 0) + 5)}
              limit={targetC}
              limitName="target"
              say={(value) => `${Math.round(value)} °C`}
            />
            <ChartRow
              name="Power"
              history={history}
              series="powerW"
              range={range}
              low={0}
              high={(powerCapW ?? 20) * 1.1}
              limit={powerCapW}
              limitName="cap"
              say={(value) => `${Math.round(value)} W`}
            />
          </div>
        ))}
    </Card>
  );
}
