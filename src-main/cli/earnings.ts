import type { EarningsView } from '../../src-shared/domain/earnings.ts';
import { exactMoot } from '../../src-shared/domain/amounts.ts';
import type { Command } from './command.ts';
import { withNode } from './live.ts';

export const earnings: Command = {
  name: 'earnings',
  summary: 'List what the node earned, task by task.',
  async run(context) {
    await withNode(context.profile, async (live) => {
      const view = live.state().earnings;
      context.print(view, describe(view));
    });
  },
};

function describe(view: EarningsView): string {
  const lines = [
    `Earned ${exactMoot(view.total)} MOOT in ${view.tasksPaid} task${view.tasksPaid === 1 ? '' : 's'}; ` +
      `today ${exactMoot(view.today)}, last seven days ${exactMoot(view.week)}, pending ${exactMoot(view.pending)}.`,
  ];
  for (const entry of view.entries) {
    const at = new Date(entry.at).toISOString().slice(0, 16).replace('T', ' ');
    lines.push(
      `  ${at}  ${entry.state.padEnd(7)}  ${exactMoot(entry.net).padStart(12)} MOOT  ${entry.model}  ${entry.task.slice(0, 10)}`,
    );
  }
  return lines.join('\n');
}
