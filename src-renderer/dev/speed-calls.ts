import type { CallHandlers } from '../../src-shared/bridge/host.ts';
import { FolkmootError } from '../../src-shared/domain/errors.ts';
import type { ClaimView } from '../../src-shared/domain/speed.ts';
import type { World } from './handlers.ts';

/** A pretended proof takes a moment; a card gives none, so that the error can be seen. */
export function speedCalls(world: World): Pick<CallHandlers, 'network.checkSpeed' | 'network.checkSpeeds'> {
  const network = (over: Partial<World['snapshot']['network']>): void =>
    world.emit({ slice: 'network', value: { ...world.snapshot.network, ...over } });
  return {
    'network.checkSpeeds': ({ on }) => (network({ checksSpeed: on }), null),
    'network.checkSpeed': async ({ peer, model, provider }) => {
      await new Promise((resolve) => setTimeout(resolve, 700));
      if (provider !== 'cpu')
        throw new FolkmootError('ASKED_TOO_OFTEN', 'This peer was asked a moment ago, and answers only now and then.', {
          remedy: 'Try again in ten minutes.',
        });
      const isIt = (claim: ClaimView): boolean => claim.model === model && claim.provider === provider;
      const done = (claim: ClaimView): ClaimView => ({
        ...claim,
        state: 'holds',
        measured: claim.runsPerSecond,
        at: Date.now(),
        counts: true,
      });
      const peers = world.snapshot.network.peers.map((each) =>
        each.id === peer ? { ...each, claims: each.claims.map((claim) => (isIt(claim) ? done(claim) : claim)) } : each,
      );
      network({ peers });
      const claim = peers.find(({ id }) => id === peer)?.claims.find(isIt);
      if (claim === undefined) throw new FolkmootError('NO_CLAIM', 'This peer is not connected.');
      return claim;
    },
  };
}
