import { join } from 'node:path';
import { ChainReader } from './chain.ts';
import { NodeProcess } from './node-process.ts';

/**
 * A node beside another one's sandbox, with a wallet and stake: the only one that solves there. Whoever is drawn to check
 * a task leaves solving it to others, and here there are none, so it does not check.
 */
export async function onlySolver(root: string, host: NodeProcess): Promise<NodeProcess> {
  const solver = new NodeProcess(join(root, 'solver'), ['--network', join(host.profile, 'sandbox', 'network.json')]);
  try {
    await solver.start();
    await solver.until('the database', ({ node }) => node.stages.find(({ id }) => id === 'store')?.state === 'ready');
    await solver.call('stake.service', { service: 'duty', on: false });
    await new ChainReader(host.profile).gift(await solver.until('a wallet', ({ wallet }) => wallet.address));
    await solver.until('its stake', ({ wallet }) => BigInt(wallet.balances?.stake ?? 0) > 0n);
    return solver;
  } catch (error) {
    await solver.stop();
    throw error;
  }
}
