import type { NodeConfig } from '../config.ts';
import type { Pool } from '../compute/pool.ts';
import { Trials } from '../compute/trials.ts';
import { Hardware } from '../hardware/hardware.ts';
import { Machine } from '../machine/machine.ts';
import { poolLanes } from '../machine/lanes.ts';
import { MachineSettings } from '../machine/settings.ts';
import type { NetworkParts } from './network-parts.ts';
import type { Stages } from './stages.ts';

/** Payouts are counted anew at most this often: every look at the machine asks. */
const PAID_MS = 30_000;

export interface MachinePartNeeds {
  readonly config: NodeConfig;
  readonly pool: Pool;
  readonly stages: Stages;
  readonly parts: () => NetworkParts | undefined;
  readonly changed: (taking: boolean) => void;
}

/** The machine as this node has it. */
export function machinePart({ config, pool, stages, parts, changed }: MachinePartNeeds): Machine {
  const { spawner, log, profile, session, persona } = config;
  const lanes = poolLanes(pool);
  let paid = { at: 0, sum: 0n };
  const machine = new Machine({
    // The sandbox's peers share this machine with the node that looks after it.
    probe: persona === undefined ? new Hardware(spawner, log, profile) : null,
    lanes,
    trials: new Trials({ spawner, log }),
    settings: settingsFor(config),
    log,
    changed,
    notice: (id, level, text) => (text === null ? stages.clear(id) : stages.notice({ id, level, text })),
    work: () => ({
      owed: parts()?.duty.urgent ?? false,
      jobs: lanes.waiting() + lanes.reports().filter(({ state }) => state === 'busy').length,
      nearest: parts()?.tasks.works.nearest() ?? parts()?.batches.solver.nearest() ?? null,
    }),
    paidSince: (since) => {
      if (Date.now() - paid.at > PAID_MS) paid = { at: Date.now(), sum: parts()?.ledger.paidSince(since) ?? 0n };
      return paid.sum;
    },
    prices: () => parts()?.costs.prices ?? null,
    ...(session === undefined ? {} : { shellIdle: () => session.idleSeconds() }),
  });
  session?.onChange((what) => (what === 'woke' ? machine.woke('the system says so') : machine.lookNow()));
  pool.onStatus(() => machine.lanesChanged());
  return machine;
}

/** What holds until the person says otherwise. Where no screen is, nobody sits in front of it. */
function settingsFor({ host, persona }: NodeConfig): MachineSettings {
  if (persona !== undefined)
    return new MachineSettings({ whenActive: 'run', yieldToGames: false, onBattery: true }, { targetC: null });
  const screen = process.platform !== 'linux' || Boolean(process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']);
  return new MachineSettings(host === 'rig' && !screen ? { whenActive: 'run' } : {});
}
