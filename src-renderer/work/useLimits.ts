import type { ErrorView } from '../../src-shared/domain/errors.ts';
import type { MachineLimits } from '../../src-shared/domain/machine.ts';
import { useSlice, useStore } from '../app/store.ts';
import { useAction } from '../app/useAction.ts';
import { useWanted, type Wanted } from '../app/useWanted.ts';
import { sameSpans } from './spans.ts';

export type Common = Omit<MachineLimits, 'devices'>;

export interface LimitsForm {
  /** As the node holds them. */
  readonly limits: Common;
  readonly wanted: Wanted<Common>;
  readonly error: ErrorView | null;
  /** The node is gone: nothing can be changed. */
  readonly offline: boolean;
  /** Nothing can be changed while a change is on its way. */
  readonly change: (over: Partial<Common>) => void;
}

/** Limits of the whole machine: each change is sent at once and counts when it comes back. */
export function useLimits(): LimitsForm {
  const { devices: _devices, ...limits } = useSlice('machine').limits;
  const offline = useStore((store) => store.link.state === 'offline');
  const save = useAction('policy.limits');
  const wanted = useWanted<Common>(limits, same);
  const change = async (over: Partial<Common>): Promise<void> => {
    if (offline || wanted.waiting) return;
    const next = { ...limits, ...over };
    wanted.want(next);
    const outcome = await save.run(mutable(next));
    if (!outcome.ok) wanted.forget();
  };
  return { limits, wanted, error: save.error, offline, change: (over) => void change(over) };
}

/** Whoever made the object, and whatever the order of its names and days. */
function same(a: Common, b: Common): boolean {
  const { schedule, quiet, ...rest } = a;
  return (
    sameSpans(schedule, b.schedule) &&
    sameSpans(quiet, b.quiet) &&
    (Object.keys(rest) as Array<keyof typeof rest>).every((name) => rest[name] === b[name])
  );
}

/** As the bridge's schema has it: lists that are its own. */
function mutable(limits: Common) {
  const spans = (list: Common['schedule']) => list.map((span) => ({ ...span, days: [...span.days] }));
  return { ...limits, schedule: spans(limits.schedule), quiet: spans(limits.quiet) };
}
