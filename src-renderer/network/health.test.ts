import { describe, expect, it } from 'vitest';
import type { NetworkView, NodeView } from '../../src-shared/domain/node.ts';
import { health } from './health.ts';

const node = (...states: readonly string[]) =>
  ({ stages: states.map((state, at) => ({ id: `${at}`, state, detail: `Part ${at} broke.` })) }) as unknown as NodeView;
const network = (over: Partial<NetworkView['chain']> = {}, state: NetworkView['state'] = 'online') =>
  ({
    state,
    peers: [],
    chain: { state: 'ok', block: 1200, blockAt: 1_000, clockSkew: 0.4, endpoint: '', ...over },
  }) as unknown as NetworkView;
const line = (name: string, n = node('ready'), w = network()) => health(n, w, 5_000).find((each) => each.name === name);

describe('health', () => {
  it('is good when all is well', () => {
    expect(health(node('ready'), network(), 5_000).every((each) => each.state === 'good')).toBe(true);
    expect(line('Chain')?.text).toBe('block 1,200, 4 s old.');
  });
  it('tells trouble from not yet', () => {
    expect(line('Chain', node(), network({ state: 'gone' }))?.state).toBe('bad');
    expect(line('Peers', node(), network({}, 'alone'))?.state).toBe('unknown');
    expect(line('Parts', node('ready', 'failed'))).toMatchObject({ state: 'bad', text: 'Part 1 broke.' });
    expect(line('Parts', node('ready', 'needs-you', 'waiting'))?.text).toBe('2 parts wait for you.');
    expect(line('Parts', node('starting', 'waiting'))?.text).toBe('2 parts still starting.');
  });
  it('says on which side the clock is', () => {
    expect(line('Clock', node(), network({ clockSkew: 120 }))?.text).toMatch(/^2 min behind/);
    expect(line('Clock', node(), network({ clockSkew: -120 }))?.text).toMatch(/^2 min ahead of/);
    expect(line('Clock', node(), network({ clockSkew: null }))?.state).toBe('unknown');
  });
});
