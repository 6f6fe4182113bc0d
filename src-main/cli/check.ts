import type { HardwareCheck, MachineView } from '../../src-shared/domain/machine.ts';
import { checkIdle } from './check-idle.ts';
import type { Command } from './command.ts';
import { FolkmootError } from '../../src-shared/domain/errors.ts';
import { withNode, atMost } from './live.ts';

const WAIT_MS = 10 * 60_000;

export const check: Command = {
  name: 'check',
  summary: 'Probe the hardware again, try what can compute, and say what would help where it cannot.',
  options: {
    last: { type: 'boolean', about: 'show the last check instead of a new one' },
    idle: {
      type: 'boolean',
      about: 'test what notices that somebody uses this computer instead: it says when to let go, and when to move',
    },
  },
  async run(context) {
    if (context.flag('idle') === true) return checkIdle(context);
    const found = await withNode(context.profile, async (live) => {
      const before = live.state().machine.check;
      if (context.flag('last') === true) return before;
      await live.call('machine.check', {});
      const done = ({ machine }: { readonly machine: MachineView }): HardwareCheck | undefined =>
        machine.check?.state === 'done' && machine.check.at !== before?.at ? machine.check : undefined;
      return atMost(live.until(done), WAIT_MS);
    });
    if (found == null)
      throw new FolkmootError('NO_CHECK', 'There is no finished check.', { remedy: 'Look into “folkmoot logs”.' });
    context.print(found, describeCheck(found));
  },
};

export function describeCheck({ processor, cores, memoryBytes, system, devices, benchmark }: HardwareCheck): string {
  const lines = [
    `${system}: ${processor ?? 'unknown processor'}, ${cores} cores, ${Math.round(memoryBytes / 1024 ** 3)} GiB of memory`,
  ];
  for (const { id, name, driver, memoryBytes: memory, sources, providers, trouble } of devices) {
    lines.push(
      `${name} (${id})${driver === null ? '' : `, driver ${driver}`}${memory === null ? '' : `, ${Math.round(memory / 1024 ** 3)} GiB`}`,
    );
    if (sources.length > 0) lines.push(`  known from ${sources.join(', ')}`);
    if (trouble !== null) lines.push(`  ! ${trouble.cause} ${trouble.fix}`);
    for (const { provider, state, runMs, cause, fix } of providers)
      lines.push(
        state === 'ran'
          ? `  ${provider}: works${runMs === null ? '' : `, ${runMs.toFixed(1)} ms`}`
          : `  ${provider}: ${state === 'absent' ? 'not there' : 'failed'}. ${cause ?? ''}${fix === null ? '' : ` ${fix}`}`,
      );
    for (const { graph, provider, runsPerSecond } of benchmark.filter(({ device }) => device === id))
      lines.push(`  ${graph} on ${provider}: ${runsPerSecond.toFixed(1)} runs per second`);
  }
  return lines.join('\n');
}
