import { Transaction } from 'ethers/transaction';
import type { TaskId, Timestamp, TxHash } from '../../src-shared/domain/ids.ts';
import { ruleFor } from './calls.ts';
import { messageDigest, permitDigest } from './digests.ts';
import { PolicyError } from './errors.ts';
import type { KeyRing } from './key-ring.ts';
import { taskSalt } from './keys.ts';
import { judgePermit, judgeTransaction, type Circumstances } from './policy.ts';
import type * as p from './protocol.ts';
import { refuseStatement } from './statement.ts';
import { withSpend } from './tally.ts';

/** The policy, the tally, and everything that is done with the Ethereum key. */
export class Signing {
  readonly #now: () => Timestamp;
  /** One tally per chain and token; it lives as long as the process, whatever `configure` says later. */
  readonly #tallies = new Map<string, readonly p.Spend[]>();
  #policy: p.PolicyConfig | undefined;

  constructor(now: () => Timestamp = Date.now) {
    this.#now = now;
  }

  configure(policy: p.PolicyConfig): void {
    this.#policy = policy;
    const tally = this.#tallyOf(policy);
    if (!this.#tallies.has(tally)) this.#tallies.set(tally, policy.spent);
  }

  transaction(tx: p.TransactionInput, keys: KeyRing): p.SignedTransaction {
    const about = this.#about(keys);
    const spend = judgeTransaction(tx, about);
    const { chainId, nonce, to, value, data, gasLimit, maxFeePerGas, maxPriorityFeePerGas } = tx;
    const unsigned = {
      type: 2,
      chainId,
      nonce: Number(nonce),
      to,
      value,
      data,
      gasLimit,
      maxFeePerGas,
      maxPriorityFeePerGas,
    };
    const transaction = Transaction.from(unsigned);
    transaction.signature = keys.signing.sign(transaction.unsignedHash);
    const { serialized, hash, from } = transaction;
    if (hash === null || from !== keys.address) throw new Error('the signature does not verify: nothing was signed');
    return { raw: serialized as p.Hex, hash: hash as TxHash, spend: this.#count(about, spend) };
  }

  permit(permit: p.PermitInput, keys: KeyRing): p.SignedPermit {
    const about = this.#about(keys);
    const spend = judgePermit(permit, about);
    const { chainId, contracts } = about.policy;
    const { v, r, s } = keys.signing.sign(
      permitDigest(permit, chainId, contracts.token, keys.address, contracts.vault),
    );
    return { v, r: r as p.Hex, s: s as p.Hex, spend: this.#count(about, spend) };
  }

  message(text: string, keys: KeyRing): { readonly signature: p.Hex } {
    const why = refuseStatement(text);
    if (why !== null) throw new PolicyError(`The wallet signs only statements of Folkmoot: ${why}.`);
    return { signature: keys.signing.sign(messageDigest(text)).serialized as p.Hex };
  }

  taskSalt(task: TaskId, keys: KeyRing): { readonly salt: p.Hex } {
    const { chainId, contracts } = this.#configured();
    return { salt: `0x${taskSalt(keys.seed, chainId, contracts.market, task).toString('hex')}` };
  }

  #about(keys: KeyRing): Circumstances {
    const policy = this.#configured();
    const spends = this.#tallies.get(this.#tallyOf(policy)) ?? [];
    return { policy, spends, self: keys.address, now: this.#now(), ruleFor };
  }

  /** @returns the entry as it stands in the tally: the larger one, when it replaces another. */
  #count(about: Circumstances, spend: p.Spend | null): p.Spend | null {
    if (spend === null) return null;
    const spends = withSpend(about.spends, spend);
    this.#tallies.set(this.#tallyOf(about.policy), spends);
    return spends.at(-1) ?? spend;
  }

  #configured(): p.PolicyConfig {
    if (this.#policy !== undefined) return this.#policy;
    throw new PolicyError('The wallet was not told yet which network and limits it works with.');
  }

  #tallyOf({ chainId, contracts }: p.PolicyConfig): string {
    return `${chainId}/${contracts.token.toLowerCase()}`;
  }
}
