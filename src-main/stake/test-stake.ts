import { Signature } from 'ethers';
import type { Amount } from '../../src-shared/domain/ids.ts';
import { TOKEN } from '../chain/abi.ts';
import { until } from '../chain/test-chain.ts';
import type { Guard } from '../duty/test-duty.ts';
import { BalanceWatch } from '../node/balances.ts';
import type { PermitInput, SignedPermit } from '../wallet/protocol.ts';
import { Stakes } from './stakes.ts';

/** For tests only: the stake of a guard's account, whose view is held against the vault's sums at every change. */
export class Holder {
  readonly guard: Guard;
  readonly stakes: Stakes;
  readonly balances: BalanceWatch;
  /** Views in which free stake and locks were not the stake. */
  readonly wrong: unknown[] = [];
  looks = 0;

  constructor(guard: Guard) {
    this.guard = guard;
    const { db, client: chain, outbox, signer } = guard.node;
    this.balances = new BalanceWatch(
      chain,
      () => guard.address,
      () => this.#look(),
    );
    this.stakes = new Stakes({
      db,
      chain,
      outbox,
      account: () => guard.address,
      canSign: () => !signer.locked,
      signPermit: (permit) => this.#permit(permit),
      balances: () => this.balances.balances,
      duty: guard.duty,
      jury: {
        serviceView: () => ({
          ...guard.duty.serviceView(),
          state: 'off',
          deposit: '0' as Amount,
          earned: '0' as Amount,
        }),
        want: () => undefined,
      },
      changed: () => this.#look(),
    });
    guard.node.indexer.onChange(() => this.#look());
    this.balances.refresh();
    this.stakes.refresh();
  }

  get view() {
    const view = this.stakes.view();
    if (view === null) throw new Error('the chain has not answered');
    return view;
  }

  /** Amount locked for a cause, base units. */
  locked(cause: string): bigint {
    return this.view.locks.filter((lock) => lock.cause === cause).reduce((sum, lock) => sum + BigInt(lock.amount), 0n);
  }

  async until(holds: () => unknown, what: string): Promise<void> {
    await until(
      () => {
        this.guard.node.outbox.kick();
        this.guard.duty.wake();
        return this.stakes.view() !== null && holds();
      },
      () => `${what}: ${JSON.stringify(this.stakes.view())}`,
    );
  }

  #look(): void {
    // The parts of a closed node may still answer.
    const view = this.guard.node.db.open ? (this.stakes?.view() ?? null) : null;
    if (view === null) return;
    this.looks++;
    const sum = view.locks.reduce((all, lock) => all + BigInt(lock.amount), 0n);
    if (BigInt(view.free) + sum !== BigInt(view.stake)) this.wrong.push(view);
  }

  async #permit(permit: PermitInput): Promise<SignedPermit> {
    const { client, wallet } = this.guard.node;
    const { token, vault } = client.network.contracts;
    const domain = {
      name: permit.name,
      version: permit.version,
      chainId: client.network.chainId,
      verifyingContract: token,
    };
    const names = ['owner:address', 'spender:address', 'value:uint256', 'nonce:uint256', 'deadline:uint256'];
    const types = { Permit: names.map((each) => ({ name: each.split(':')[0] ?? '', type: each.split(':')[1] ?? '' })) };
    const message = {
      owner: wallet.address,
      spender: vault,
      value: permit.value,
      nonce: permit.nonce,
      deadline: permit.deadline,
    };
    const { v, r, s } = Signature.from(await wallet.signTypedData(domain, types, message));
    return { v, r: r as `0x${string}`, s: s as `0x${string}`, spend: null };
  }

  tokens(): Promise<bigint> {
    const { client } = this.guard.node;
    return client.read(TOKEN, client.network.contracts.token, 'balanceOf', [this.guard.address as never]);
  }
}
