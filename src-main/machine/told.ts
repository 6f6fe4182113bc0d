import type { DeviceId } from '../../src-shared/domain/machine.ts';
import type { Decided } from '../policy/decide.ts';
import type { Device } from './devices.ts';

/** Nothing speaks against work; whether there is some is no news. */
const FREE: ReadonlySet<string> = new Set(['NO_WORK', 'NEAREST', 'NOTHING_AGAINST']);
/** Over within seconds, every few minutes. */
const BRIEF = 'SEEING';
const UNUSABLE = 'UNUSABLE';

/** What the log says of decisions: each change of reason once, and once when the last reason is gone. */
export class Told {
  readonly #last = new Map<DeviceId, string>();

  lines(devices: readonly Device[], { rulings }: Decided): string[] {
    return devices.flatMap(({ id, name }) => {
      const decision = rulings[id]?.decision;
      if (decision === undefined || decision.code === BRIEF) return [];
      const code = FREE.has(decision.code) ? 'FREE' : decision.code;
      const before = this.#last.get(id);
      this.#last.set(id, code);
      // At the start no card was tried yet, and nothing has changed for those that are free.
      if (code === before || (before === undefined && (code === 'FREE' || code === UNUSABLE))) return [];
      return [`${name}: ${code === 'FREE' ? 'Nothing speaks against work any more.' : decision.why}`];
    });
  }
}
