import { percent } from '../../src-shared/domain/format.ts';
import type { DeviceView } from '../../src-shared/domain/machine.ts';
import { Meter } from '../ui/Meter.tsx';
import styles from './Measures.module.css';
import { sayCelsius, sayMemory, sayWatts } from './words.ts';

/** What the sensors say, each against its limit. What they do not know is said to be unknown. */
export function Measures({ device }: { device: DeviceView }) {
  const { reading, limits, memoryBytes } = device;
  const { load, foreignLoad, temperatureC, powerW, memoryUsedBytes } = reading;
  const quiet = device.state !== 'working';
  const others = Math.min(load ?? 0, foreignLoad ?? 0);
  if ([load, temperatureC, powerW, memoryUsedBytes].every((value) => value === null))
    return <p className={styles.unknown}>No sensor of it answers, so load and temperature are not known.</p>;
  return (
    <dl className={styles.measures}>
      <Measure
        name="Load"
        text={load === null ? null : percent(load)}
        note={others > 0.02 ? `${percent(others)} of it other programs` : null}
        quiet={quiet}
        share={load === null ? null : load - others}
        rest={others}
      />
      <Measure
        name="Temperature"
        text={sayCelsius(temperatureC, limits.targetC)}
        quiet={quiet}
        share={temperatureC === null ? null : temperatureC / (limits.targetC ?? 100)}
      />
      <Measure
        name="Power"
        text={sayWatts(powerW, limits.powerCapW)}
        quiet={quiet}
        share={powerW === null || limits.powerCapW === null ? null : powerW / limits.powerCapW}
        bare={powerW !== null && limits.powerCapW === null}
      />
      <Measure
        name="Memory"
        text={sayMemory(memoryUsedBytes, memoryBytes)}
        quiet={quiet}
        share={memoryUsedBytes === null || memoryBytes === null ? null : memoryUsedBytes / memoryBytes}
      />
    </dl>
  );
}

interface MeasureProps {
  readonly name: string;
  readonly text: string | null;
  readonly note?: string | null;
  readonly share: number | null;
  readonly quiet: boolean;
  readonly rest?: number;
  /** A figure with nothing to measure it against. */
  readonly bare?: boolean;
}

function Measure({ name, text, note = null, share, quiet, rest = 0, bare = false }: MeasureProps) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className={text === null ? styles.unknown : undefined}>
        {text ?? 'not known'}
        {!bare && <Meter share={share} rest={rest} quiet={quiet} />}
        {note !== null && <small>{note}</small>}
      </dd>
    </div>
  );
}
