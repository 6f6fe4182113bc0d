import { IDLE_TEST, type IdleTestView, type MachineView } from '../../src-shared/domain/machine.ts';
import type { World } from './handlers.ts';

const { stillSeconds, movingSeconds } = IDLE_TEST;
/** Pretended seconds are short, so that pictures of the whole test can be taken. */
const SECOND_MS = 150;

/** The test of what notices a person, second by second as the node tells it. */
export function testIdle(world: World): void {
  const at = Date.now();
  const machine = (change: Partial<MachineView>): void =>
    world.emit({ slice: 'machine', value: { ...world.snapshot.machine, ...change } });
  const tell = (test: Omit<IdleTestView, 'at'>): void => machine({ idleTest: { at, ...test } });
  const step = (second: number): void => {
    if (second === stillSeconds + movingSeconds) return end();
    tell(
      second < stillSeconds
        ? {
            part: 'still',
            secondsLeft: stillSeconds - second,
            says: `Let go of mouse and keyboard for ${stillSeconds} seconds.`,
          }
        : {
            part: 'moving',
            secondsLeft: stillSeconds + movingSeconds - second,
            says: `Now move the mouse or press keys for ${movingSeconds} seconds.`,
          },
    );
    setTimeout(() => step(second + 1), SECOND_MS).unref();
  };
  const end = (): void => {
    const { surroundings } = world.snapshot.machine;
    const there = surroundings.idleSources.filter(({ state }) => state !== 'absent').length;
    machine({
      surroundings: {
        ...surroundings,
        idleSources: surroundings.idleSources.map((source) =>
          source.state === 'absent' ? source : { ...source, state: 'works', detail: '0 s without input.' },
        ),
      },
    });
    tell({
      part: 'over',
      secondsLeft: 0,
      says: `Of the sources that know whether somebody is here, ${there} followed and 0 did not.`,
    });
  };
  step(0);
}
