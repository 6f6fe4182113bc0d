import type { TaskState } from '../../src-shared/domain/tasks.ts';
import { Way } from '../ui/Way.tsx';
import { STATIONS, stationOf } from './words.ts';

/** The way of an ask. */
export function Track({ state }: { state: TaskState }) {
  return <Way label="Way of this task" stations={STATIONS} reached={stationOf(state)} />;
}
