import type { ErrorView } from '../../src-shared/domain/errors.ts';
import type { DeviceId } from '../../src-shared/domain/machine.ts';
import { useAction } from '../app/useAction.ts';
import { useWanted } from '../app/useWanted.ts';

export interface Pause {
  readonly waiting: 'pausing' | 'resuming' | null;
  /** Not confirmed for longer than normal. */
  readonly late: boolean;
  /** The last thing asked for came true. */
  readonly met: boolean;
  readonly error: ErrorView | null;
  readonly pause: (forMs: number | null, finish?: boolean) => void;
  readonly resume: () => void;
}

/** Pausing and resuming one device, or all (`null`). Done when the node says `paused`, not before. */
export function usePause(device: DeviceId | null, paused: boolean): Pause {
  const pause = useAction('policy.pause');
  const resume = useAction('policy.resume');
  const wanted = useWanted(paused);
  const act = async (want: boolean, ask: () => Promise<{ readonly ok: boolean }>): Promise<void> => {
    wanted.want(want);
    if (!(await ask()).ok) wanted.forget();
  };
  return {
    waiting: wanted.value === null ? null : wanted.value ? 'pausing' : 'resuming',
    late: wanted.late,
    met: wanted.met,
    error: pause.error ?? resume.error,
    pause: (forMs, finish = false) => void act(true, () => pause.run({ forMs, device, finish })),
    resume: () => void act(false, () => resume.run({ device })),
  };
}
