import { id } from 'ethers';
import type { Address, ModelId } from '../../src-shared/domain/ids.ts';
import { encodeCall, REGISTRY } from '../chain/abi.ts';
import type { ChainClient } from '../chain/client.ts';
import type { Outbox } from '../chain/outbox.ts';
import type { Part } from '../part.ts';
import { Retries } from '../tasks/retries.ts';

/** A signal lasts a month and is renewed in its last days; a model counts as supported for a day after each comparison. */
const RENEW_S = 6 * 86_400;
const REFRESH_S = 6 * 3_600;
/** Supporters need a part of all stake, as the register has it. */
const DIVISOR = 10n;
const LATER_MS = 5 * 60_000;
const SOON_MS = 5_000;
const RETRY_MS = 60_000;

/** How a model stands with the register, and this account with it. Base units and seconds. */
export interface SupportFacts {
  readonly model: ModelId;
  /** Allowed on this machine, and paid emission. */
  readonly wanted: boolean;
  readonly signal: bigint;
  readonly expiresAt: number;
  readonly weight: bigint;
  readonly totalStake: bigint;
  readonly supportedUntil: number;
}

export type SupportMove =
  | { readonly kind: 'signal'; readonly model: ModelId; readonly weight: bigint }
  | { readonly kind: 'withdraw' | 'refresh'; readonly model: ModelId };

/**
 * Pure: what is due. The stake is shared evenly among the models that this machine works for; what gives stake free
 * comes first, and what does not fit yet comes in a later round.
 * @param patience share of the last hours that this account lets pass before it renews for all, 0 to 1.
 */
export function supportDue(
  all: readonly SupportFacts[],
  stake: bigint,
  now: number,
  patience: (model: ModelId) => number,
): SupportMove[] {
  const wanted = all.filter((facts) => facts.wanted);
  const share = wanted.length === 0 ? 0n : stake / BigInt(wanted.length);
  const moves: SupportMove[] = [];
  let taken = all.reduce((sum, { signal }) => sum + signal, 0n);
  for (const { model, signal, wanted: wants } of all) {
    if (wants || signal === 0n) continue;
    moves.push({ kind: 'withdraw', model });
    taken -= signal;
  }
  for (const { model, signal } of wanted) {
    // Above the share only if others need it, or the stake is gone: anybody could trim it.
    if (signal <= share || taken <= stake - missing(wanted, share)) continue;
    if (share > 0n) moves.push({ kind: 'signal', model, weight: share });
    taken -= signal - share;
  }
  for (const { model, signal, expiresAt } of wanted) {
    const grown = signal + signal / 10n < share;
    if (share === 0n || (!grown && expiresAt - now > RENEW_S)) continue;
    if (moves.some((move) => move.model === model)) continue;
    const weight = share > signal ? share : signal;
    if (taken - signal + weight > stake) continue;
    moves.push({ kind: 'signal', model, weight });
    taken += weight - signal;
  }
  for (const facts of wanted) {
    // A signal compares, too.
    if (moves.some((move) => move.model === facts.model)) continue;
    if (facts.weight === 0n || facts.weight * DIVISOR < facts.totalStake) continue;
    if (facts.supportedUntil - now < REFRESH_S * (1 - patience(facts.model)))
      moves.push({ kind: 'refresh', model: facts.model });
  }
  return moves;
}

/** Stake that is not signalled yet and should be. */
function missing(wanted: readonly SupportFacts[], share: bigint): bigint {
  return wanted.reduce((sum, { signal }) => (signal < share ? sum + share - signal : sum), 0n);
}

export interface SupportNeeds {
  readonly chain: ChainClient;
  readonly outbox: Outbox;
  readonly account: () => Address | null;
  readonly canSign: () => boolean;
  /** Base units, locked parts included; null while unknown. */
  readonly stake: () => bigint | null;
  /** Models on this machine that are registered: whether they are allowed here and paid emission. */
  readonly models: () => ReadonlyArray<{ readonly model: ModelId; readonly wanted: boolean }>;
}

/** Says with this account's stake which models shall be paid emission: those that this machine works for. */
export class Support implements Part {
  readonly #needs: SupportNeeds;
  readonly #retries = new Retries();
  #running = false;
  #busy = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(needs: SupportNeeds) {
    this.#needs = needs;
  }

  async start(): Promise<void> {
    this.#running = true;
    this.wake();
  }

  async stop(): Promise<void> {
    this.#running = false;
    clearTimeout(this.#timer);
  }

  /** What is allowed here has changed, or time has passed. */
  wake(): void {
    if (!this.#running || this.#busy) return;
    clearTimeout(this.#timer);
    this.#busy = true;
    this.#round()
      // The chain watcher says that the chain is gone; another round comes.
      .catch(() => true)
      .then((soon) => {
        this.#busy = false;
        if (!this.#running) return;
        this.#timer = setTimeout(() => this.wake(), soon ? SOON_MS : LATER_MS);
        this.#timer.unref();
      });
  }

  /** @returns whether something is under way or not known yet. */
  async #round(): Promise<boolean> {
    const { account, canSign, stake, models, chain, outbox } = this.#needs;
    const [me, has] = [account(), stake()];
    if (me === null || has === null || !canSign()) return true;
    const facts = await Promise.all(models().map(({ model, wanted }) => this.#read(me, model, wanted)));
    if (!this.#running || !canSign()) return true;
    const day = Math.floor(chain.now() / 86_400);
    const moves = supportDue(facts, has, chain.now(), (model) => fraction(`${me}${model}${day}`));
    for (const move of moves) {
      const about = facts.find(({ model }) => model === move.model);
      if (about === undefined) continue;
      // Named by what the register says now: once it was mined the register says something else.
      const now = move.kind === 'refresh' ? about.supportedUntil : `${about.expiresAt}:${about.signal}`;
      const key = `support-${move.kind}:${move.model}:${now}${move.kind === 'signal' ? `:${move.weight}` : ''}`;
      if (outbox.get(key)?.state === 'failed') this.#retries.intent(outbox, key, RETRY_MS);
      outbox.enqueue({ key, label: LABELS[move.kind], to: chain.network.contracts.registry, data: dataOf(move) });
    }
    return moves.length > 0;
  }

  async #read(me: Address, model: ModelId, wanted: boolean): Promise<SupportFacts> {
    const { chain } = this.#needs;
    const { registry } = chain.network.contracts;
    const [which, who] = [model as string as `0x${string}`, me as string as `0x${string}`];
    const [signal, support] = await Promise.all([
      chain.read(REGISTRY, registry, 'signalOf', [which, who]),
      chain.read(REGISTRY, registry, 'supportOf', [which]),
    ]);
    return {
      model,
      wanted,
      signal: signal.weight,
      expiresAt: Number(signal.expiresAt),
      weight: support.weight,
      totalStake: support.totalStake,
      supportedUntil: Number(support.supportedUntil),
    };
  }
}

const LABELS: Record<SupportMove['kind'], string> = {
  signal: 'Support a model',
  withdraw: 'End the support of a model',
  refresh: 'Renew the support of a model',
};

function dataOf(move: SupportMove): string {
  const model = move.model as string as `0x${string}`;
  if (move.kind === 'signal') return encodeCall(REGISTRY, 'signalSupport', [model, move.weight]);
  return encodeCall(REGISTRY, move.kind === 'withdraw' ? 'withdrawSupport' : 'refreshSupport', [model]);
}

/** The same text always gives the same number from 0 to 1: nodes do not all act in the same moment. */
function fraction(text: string): number {
  return Number(BigInt(id(text)) >> 224n) / 2 ** 32;
}
