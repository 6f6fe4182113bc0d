import { randomUUID } from 'node:crypto';
import { amount, shortMoot, units } from '../../src-shared/domain/amounts.ts';
import { FolkmootError } from '../../src-shared/domain/errors.ts';
import type { Address, Amount } from '../../src-shared/domain/ids.ts';
import type { Balances } from '../../src-shared/domain/node.ts';
import type { ServiceView, StakeView } from '../../src-shared/domain/stake.ts';
import { encodeCall, TOKEN, VAULT } from '../chain/abi.ts';
import type { ChainClient } from '../chain/client.ts';
import type { Outbox } from '../chain/outbox.ts';
import type { Store } from '../store/open.ts';
import type { Wallet } from '../wallet/wallet.ts';
import { ExitWatch } from './exit-watch.ts';
import { locksOf } from './locks.ts';
import { StakeRows } from './stake-rows.ts';

/** `WALLET_LOCKED`, `STAKE_BALANCE`, `STAKE_LOCKED`, `STAKE_EXIT` */
export class StakeError extends FolkmootError {}

export interface Service {
  serviceView(): ServiceView;
  want(on: boolean): void;
}

export interface StakesNeeds {
  readonly db: Store;
  readonly chain: ChainClient;
  readonly outbox: Outbox;
  readonly account: () => Address | null;
  readonly canSign: () => boolean;
  readonly signPermit: Wallet['signPermit'];
  readonly balances: () => Balances | null;
  readonly duty: Service & { deposit(): { readonly amount: bigint; readonly until: number | null } };
  readonly jury: Service;
  readonly changed: () => void;
}

type Hex = `0x${string}`;
const PERMIT_S = 3_600n;
const PREFIX = 'stake-';

/** What the person's stake does, and what the person does with it. */
export class Stakes {
  readonly #needs: StakesNeeds;
  readonly #exit: ExitWatch;
  readonly #rows: StakeRows;

  constructor(needs: StakesNeeds) {
    this.#needs = needs;
    this.#exit = new ExitWatch(needs.chain, needs.account, needs.changed);
    this.#rows = new StakeRows(needs.db);
    needs.outbox.onChange(({ key }) => {
      if (!key.startsWith(PREFIX)) return;
      this.#exit.refresh();
      needs.changed();
    });
  }

  refresh(): void {
    this.#exit.refresh();
  }

  /** null until the chain has answered. */
  view(): StakeView | null {
    const { account, balances, duty, jury, chain } = this.#needs;
    const [me, sums, exit] = [account(), balances(), this.#exit.facts];
    if (me === null || sums === null || exit === null) return null;
    const [dutyView, juryView] = [duty.serviceView(), jury.serviceView()];
    const { solving, issued } = this.#rows.paid(me);
    return {
      stake: sums.stake,
      free: amount(units(sums.stake) - units(sums.locked)),
      locked: sums.locked,
      prepaid: sums.prepaid,
      wallet: sums.wallet,
      locks: locksOf({
        me,
        tasks: this.#rows.heldBy(me),
        batches: this.#rows.runsOf(me),
        jobs: this.#rows.seatsOf(me),
        cases: this.#rows.openCases(),
        duty: duty.deposit(),
        jury: units(juryView.deposit),
        exit,
        locked: units(sums.locked),
      }),
      exit: exit.readyAt === 0 ? null : { amount: amount(exit.amount), readyAt: exit.readyAt * 1_000 },
      exitDelaySeconds: exit.exitDelay,
      duty: dutyView,
      jury: juryView,
      slashes: this.#rows.slashes(me),
      suspendedUntil: exit.suspendedUntil > chain.now() ? exit.suspendedUntil * 1_000 : null,
      income: {
        solving: amount(solving),
        issued: amount(issued),
        checking: dutyView.earned,
        disputes: amount(units(juryView.earned) + this.#rows.casesWon(me)),
      },
      moving: this.#moving(),
    };
  }

  /** Wallet to the vault, in one transaction: the allowance travels as a signature. @throws StakeError, wallet errors */
  async deposit(value: Amount, to: 'stake' | 'prepaid'): Promise<void> {
    const { chain, signPermit } = this.#needs;
    const me = this.#signer();
    this.#enough(value, this.#sums().wallet, 'in your wallet');
    const { token } = chain.network.contracts;
    const who = me as string as Hex;
    const [domain, nonce] = await Promise.all([
      chain.read(TOKEN, token, 'eip712Domain', []),
      chain.read(TOKEN, token, 'nonces', [who]),
    ]);
    const deadline = BigInt(Math.floor(Date.now() / 1_000)) + PERMIT_S;
    const [, name, version] = domain as unknown as readonly [string, string, string];
    const { v, r, s } = await signPermit({
      name,
      version,
      value,
      nonce: nonce.toString(),
      deadline: deadline.toString(),
    });
    const [toBalance, toStake] = to === 'stake' ? [0n, units(value)] : [units(value), 0n];
    const args = [who, toBalance, toStake, deadline, BigInt(v), r as Hex, s as Hex] as const;
    this.#enqueue(`Deposit ${shortMoot(value)} MOOT`, encodeCall(VAULT, 'depositWithPermit', args));
  }

  /** From what is ready to pay. */
  add(value: Amount): void {
    this.#signer();
    this.#enough(value, this.#sums().prepaid, 'ready to pay');
    this.#enqueue(`Stake ${shortMoot(value)} MOOT`, encodeCall(VAULT, 'stake', [units(value)]));
  }

  requestExit(value: Amount): void {
    this.#signer();
    const { stake, locked } = this.#sums();
    if (this.#exit.facts !== null && this.#exit.facts.readyAt !== 0) {
      throw new StakeError('STAKE_EXIT', 'An exit is on its way already.', {
        remedy: 'Finish it or call it off first.',
      });
    }
    this.#enough(value, amount(units(stake) - units(locked)), 'of free stake');
    this.#enqueue(
      `Take ${shortMoot(value)} MOOT out of the stake`,
      encodeCall(VAULT, 'requestUnstake', [units(value)]),
    );
  }

  cancelExit(): void {
    this.#signer();
    this.#exitPending();
    this.#enqueue('Call the exit off', encodeCall(VAULT, 'cancelUnstake', []));
  }

  finishExit(): void {
    this.#signer();
    const { readyAt } = this.#exitPending();
    if (this.#needs.chain.now() < readyAt) {
      throw new StakeError('STAKE_LOCKED', 'It is not ready yet.', { remedy: 'The screen says when it is.' });
    }
    this.#enqueue('Finish the exit', encodeCall(VAULT, 'unstake', []));
  }

  withdraw(value: Amount): void {
    this.#signer();
    this.#enough(value, this.#sums().prepaid, 'ready to pay');
    this.#enqueue(`Withdraw ${shortMoot(value)} MOOT`, encodeCall(VAULT, 'withdraw', [units(value)]));
  }

  service(service: 'duty' | 'jury', on: boolean): void {
    this.#needs[service].want(on);
    this.#needs.changed();
  }

  #enqueue(label: string, data: string): void {
    const { outbox, chain, changed } = this.#needs;
    outbox.enqueue({ key: `${PREFIX}${randomUUID()}`, label, to: chain.network.contracts.vault, data });
    outbox.kick();
    changed();
  }

  #moving(): string | null {
    const row = this.#rows.latestMove(PREFIX);
    if (row === undefined) return null;
    return row.state === 'failed'
      ? `${row.label}: the chain refused it: ${row.error ?? 'no reason given'}.`
      : `${row.label}: on its way to the chain.`;
  }

  #signer(): Address {
    const me = this.#needs.account();
    if (me !== null && this.#needs.canSign()) return me;
    throw new StakeError('WALLET_LOCKED', 'The wallet is locked.', { remedy: 'Unlock it first.' });
  }

  #sums(): Balances {
    const sums = this.#needs.balances();
    if (sums === null) throw new StakeError('STAKE_BALANCE', 'The chain has not answered yet.');
    return sums;
  }

  #exitPending() {
    const { facts } = this.#exit;
    if (facts === null || facts.readyAt === 0) throw new StakeError('STAKE_EXIT', 'No exit is on its way.');
    return facts;
  }

  #enough(value: Amount, has: Amount, where: string): void {
    if (units(value) <= units(has)) return;
    throw new StakeError('STAKE_BALANCE', `You have ${shortMoot(has)} MOOT ${where}.`);
  }
}
