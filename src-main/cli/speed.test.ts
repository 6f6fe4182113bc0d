import { expect, test } from 'vitest';
import { testSnapshot } from '../../src-shared/bridge/test-host.ts';
import type { Digest, PeerId } from '../../src-shared/domain/ids.ts';
import type { PeerView } from '../../src-shared/domain/node.ts';
import type { ClaimView } from '../../src-shared/domain/speed.ts';
import { TestCli } from './test-terminal.ts';

const MODEL = `0x${'ab'.repeat(32)}` as Digest;
const claim = (over: Partial<ClaimView> = {}): ClaimView => ({
  model: MODEL,
  modelName: 'Number odds',
  provider: 'cpu',
  runsPerSecond: 20_000,
  state: 'unchecked',
  measured: null,
  at: null,
  counts: false,
  checking: false,
  checkable: true,
  ...over,
});
const peer = (id: string, claims: readonly ClaimView[], distrusted = false): PeerView => ({
  id: id as PeerId,
  address: null,
  multiaddr: '/ip4/127.0.0.1/tcp/1',
  since: 1,
  says: 'takes part',
  claims,
  distrusted,
});
const ADA = '12D3KooWAda1111111111111111111111111111111111111A';
const BEN = '12D3KooWBen1111111111111111111111111111111111111B';
const network = {
  ...testSnapshot().network,
  peers: [
    peer(ADA, [claim({ state: 'holds', measured: 21_111, at: Date.now(), counts: true })]),
    peer(BEN, [claim({ state: 'wrong', at: Date.now() }), claim({ provider: 'cuda' })], true),
  ],
};

test('speed list: each peer with what it claims and what was found', async () => {
  await using cli = await TestCli.start({}, { network });
  const { out } = await cli.run('speed', 'list');
  expect(out).toContain(
    'Number odds: 20,000 runs a second on its processor: holds. At least 21,100 runs a second, just now.',
  );
  expect(out).toContain('on its card (cuda): not checked. By its own word.');
  expect(out).toContain('none of its claims counts');
  const [first] = (await cli.run('speed', 'list', '--json')).out.split('\n');
  expect(JSON.parse(first ?? '')).toMatchObject({ peer: ADA, distrusted: false, claims: [{ state: 'holds' }] });
});

test('speed check: one claim of one peer, and what is unclear is asked back', async () => {
  const found = claim({ state: 'slow', measured: 90, at: Date.now() });
  await using cli = await TestCli.start({ 'network.checkSpeed': async () => found }, { network });
  expect(await cli.run('speed', 'check', '12D3KooWAda')).toMatchObject({
    code: 0,
    out: expect.stringContaining('too slow. Only 90 runs a second'),
  });
  expect(cli.node.host.calls).toEqual([
    { name: 'network.checkSpeed', input: { peer: ADA, model: MODEL, provider: 'cpu' } },
  ]);
  expect((await cli.run('speed', 'check', BEN, '--provider', 'cuda')).code).toBe(0);
  for (const [args, said] of [
    [['nobody'], 'No peer'],
    [['12D3'], 'more than one peer'],
    [[BEN], 'Number odds on cuda'],
    [[ADA, '--model', 'poems'], 'no such speed'],
  ] as const)
    expect(await cli.run('speed', 'check', ...args)).toMatchObject({ code: 2, err: expect.stringContaining(said) });
});

test('speed auto: one switch', async () => {
  await using cli = await TestCli.start({}, { network });
  expect(await cli.run('speed', 'auto', 'off')).toMatchObject({
    code: 0,
    out: expect.stringContaining('only when you'),
  });
  expect((await cli.run('speed', 'auto', 'maybe')).code).toBe(2);
  expect(cli.node.host.calls).toEqual([{ name: 'network.checkSpeeds', input: { on: false } }]);
});
