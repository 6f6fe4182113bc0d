import { count, duration } from '../../src-shared/domain/format.ts';
import type { NetworkView, NodeView } from '../../src-shared/domain/node.ts';

export interface HealthLine {
  readonly name: string;
  readonly state: 'good' | 'unknown' | 'bad';
  readonly text: string;
}

/** More than this and commitments may miss their windows. */
export const MOST_SKEW_SECONDS = 30;

/** Pure: chain, peers, clock and parts, each in one sentence. */
export function health(node: NodeView, network: NetworkView, now: number): readonly HealthLine[] {
  return [chain(network, now), peers(network), clock(network), parts(node)];
}

function chain({ chain }: NetworkView, now: number): HealthLine {
  const name = 'Chain';
  if (chain.state === 'starting') return { name, state: 'unknown', text: 'is being reached.' };
  if (chain.state === 'gone')
    return { name, state: 'bad', text: 'does not answer; nothing can be posted or paid now.' };
  const block = `block ${chain.block.toLocaleString('en-US')}`;
  if (chain.blockAt === null) return { name, state: 'good', text: `answers, ${block}.` };
  return { name, state: 'good', text: `${block}, ${duration(now - chain.blockAt)} old.` };
}

function peers({ state, peers }: NetworkView): HealthLine {
  const name = 'Peers';
  switch (state) {
    case 'starting':
      return { name, state: 'unknown', text: 'are being looked for.' };
    case 'online':
      return { name, state: 'good', text: `${count(peers.length, 'peer')} connected.` };
    case 'alone':
      return { name, state: 'unknown', text: 'nobody found yet; tasks come through the chain all the same.' };
    case 'down':
      return { name, state: 'bad', text: 'the connection to peers is down.' };
  }
}

function clock({ chain }: NetworkView): HealthLine {
  const name = 'Clock';
  const skew = chain.clockSkew;
  if (skew === null) return { name, state: 'unknown', text: 'not compared with the chain yet.' };
  const off = Math.abs(Math.round(skew));
  if (off <= MOST_SKEW_SECONDS) return { name, state: 'good', text: `within ${Math.max(1, off)} s of the chain’s.` };
  const side = skew > 0 ? 'behind' : 'ahead of';
  return { name, state: 'bad', text: `${duration(off * 1000)} ${side} the chain’s; set it right.` };
}

function parts({ stages }: NodeView): HealthLine {
  const name = 'Parts';
  const failed = stages.filter((stage) => stage.state === 'failed');
  if (failed.length > 0) return { name, state: 'bad', text: failed.map((stage) => stage.detail).join(' ') };
  const starting = stages.filter((stage) => stage.state === 'starting').length;
  const waiting = stages.filter((stage) => stage.state === 'waiting').length;
  const needs = stages.filter((stage) => stage.state === 'needs-you').length;
  if (starting > 0 || (waiting > 0 && needs === 0)) {
    return { name, state: 'unknown', text: `${count(starting + waiting, 'part')} still starting.` };
  }
  if (needs > 0)
    return { name, state: 'unknown', text: `${count(needs + waiting, 'part waits', 'parts wait')} for you.` };
  return { name, state: 'good', text: 'all running.' };
}
