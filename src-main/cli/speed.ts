import { relativeTime, shortId } from '../../src-shared/domain/format.ts';
import type { NetworkView, PeerView } from '../../src-shared/domain/node.ts';
import { claimWords, sayClaim, sayFound, type ClaimView } from '../../src-shared/domain/speed.ts';
import type { Command } from './command.ts';
import { UsageError } from './exit-codes.ts';
import { withNode } from './live.ts';

/** What connected peers claim, and what this machine found. */
export const speedList: Command = {
  name: 'speed list',
  summary: 'Show how fast connected peers say they are, and whether that holds.',
  async run(context) {
    await withNode(context.profile, async (live) => {
      const { peers } = live.state().network;
      if (context.json)
        for (const { id, claims, distrusted } of peers) context.print({ peer: id, claims, distrusted }, '');
      else context.terminal.out(peers.length === 0 ? 'No peer is connected.' : peers.map(describe).join('\n'));
    });
  },
};

export const speedCheck: Command = {
  name: 'speed check',
  summary: 'Ask a peer to show now that it is as fast as it says.',
  positionals: [{ name: 'PEER', about: 'its id, or the first or last digits of it' }],
  options: {
    model: { type: 'string', value: 'MODEL', about: 'name of the model, where the peer claims more than one speed' },
    provider: { type: 'string', value: 'PROVIDER', about: 'cpu, webgpu, cuda, dml or coreml, likewise' },
  },
  details:
    'The peer computes something that nobody could know before, and this machine computes the same and compares. A peer answers two such questions, then one in ten minutes.',
  async run(context) {
    const found = await withNode(context.profile, async (live) => {
      const peer = findPeer(live.state().network, context.positionals[0] ?? '');
      const { model, provider } = findClaim(peer, context.text('model'), context.text('provider'));
      return live.call('network.checkSpeed', { peer: peer.id, model, provider });
    });
    context.print(found, describeClaim(found));
  },
};

export const speedAuto: Command = {
  name: 'speed auto',
  summary: 'Check claims of speed now and then by itself, or leave that.',
  positionals: [{ name: 'STATE', about: 'on or off' }],
  async run(context) {
    const [state] = context.positionals;
    if (state !== 'on' && state !== 'off') throw new UsageError('Say “on” or “off”.');
    await withNode(context.profile, (live) => live.call('network.checkSpeeds', { on: state === 'on' }));
    context.print(
      { on: state === 'on' },
      state === 'on'
        ? 'Claims of speed are checked now and then, while this machine has nothing else to do.'
        : 'Claims of speed are checked only when you ask for it.',
    );
  },
};

/** @throws UsageError. */
function findPeer({ peers }: NetworkView, words: string): PeerView {
  const found = peers.filter(({ id }) => id.startsWith(words) || id.endsWith(words));
  const [peer] = found;
  if (words !== '' && peer !== undefined && found.every(({ id }) => id === peer.id)) return peer;
  throw new UsageError(
    found.length === 0 ? `No peer “${words}” is connected.` : `“${words}” means more than one peer.`,
    'See “folkmoot speed list”.',
  );
}

/** @throws UsageError. */
function findClaim({ claims, id }: PeerView, model: string | undefined, provider: string | undefined): ClaimView {
  const found = claims.filter(
    (claim) =>
      (model === undefined || claim.modelName.toLowerCase() === model.toLowerCase() || claim.model === model) &&
      (provider === undefined || claim.provider === provider),
  );
  const [claim] = found;
  if (claim !== undefined && found.length === 1) return claim;
  const all = claims.map(({ modelName, provider: on }) => `${modelName} on ${on}`).join(', ');
  throw new UsageError(
    claims.length === 0
      ? `${shortId(id)} claims no speed.`
      : found.length === 0
        ? `${shortId(id)} claims no such speed.`
        : `${shortId(id)} claims more than one speed.`,
    claims.length === 0 ? undefined : `It claims: ${all}. Name one with --model and --provider.`,
  );
}

function describe({ id, claims, distrusted }: PeerView): string {
  return [
    id,
    ...(claims.length === 0 ? ['  claims no speed'] : claims.map((claim) => `  ${describeClaim(claim)}`)),
    ...(distrusted ? ['  ! It gave a wrong result as proof: none of its claims counts.'] : []),
  ].join('\n');
}

function describeClaim(claim: ClaimView): string {
  const when = claim.at === null ? '' : ` ${relativeTime(claim.at, Date.now())}.`;
  return `${sayClaim(claim)}: ${claim.checking ? 'being checked' : claimWords(claim)}. ${sayFound(claim)}${when}`;
}
