import type { Snapshot } from '../../src-shared/bridge/state.ts';
import { shortMoot } from '../../src-shared/domain/amounts.ts';
import type { Command } from './command.ts';
import { withNode } from './live.ts';

export const status: Command = {
  name: 'status',
  summary: 'Say what the node does now, and why.',
  async run(context) {
    await withNode(context.profile, async (live) => {
      const { node, activity, wallet, network, earnings } = live.state();
      context.print(
        { node, activity, wallet, network, earnings: { ...earnings, entries: [], days: [] } },
        describe(live.state()),
      );
    });
  },
};

function describe({ node, activity, wallet, network, earnings }: Snapshot): string {
  const lines = [`${activity.title}. ${activity.why}${activity.change === undefined ? '' : ` ${activity.change}`}`];
  const pending = node.stages.filter(({ state }) => state !== 'ready');
  for (const stage of pending)
    lines.push(`  ${stage.id}: ${stage.state}${stage.detail === '' ? '' : ` (${stage.detail})`}`);
  for (const notice of node.notices)
    lines.push(`  ! ${notice.text}${notice.remedy === undefined ? '' : ` ${notice.remedy}`}`);
  const row = (name: string, value: string): number => lines.push(`  ${name.padEnd(8)} ${value}`);
  row(
    'network',
    `${node.networkName}${node.network === 'sandbox' ? ', where nothing is worth money' : ''}; block ${network.chain.block}`,
  );
  row('peers', network.peers.length === 0 ? network.state : `${network.peers.length} (${network.state})`);
  row(
    'wallet',
    wallet.address === null
      ? wallet.state
      : `${wallet.address}, ${wallet.state}${wallet.backedUp ? '' : ', words not written down yet'}`,
  );
  if (wallet.balances !== null) {
    row(
      'balance',
      `${shortMoot(wallet.balances.wallet)} MOOT, prepaid ${shortMoot(wallet.balances.prepaid)}, stake ${shortMoot(wallet.balances.stake)}`,
    );
  }
  row(
    'earned',
    `${shortMoot(earnings.total)} MOOT, today ${shortMoot(earnings.today)}, pending ${shortMoot(earnings.pending)}`,
  );
  return lines.join('\n');
}
