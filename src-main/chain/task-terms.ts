import { amount } from '../../src-shared/domain/amounts.ts';
import type { Amount } from '../../src-shared/domain/ids.ts';

/** What `TaskTerms` (contracts/libraries) packs into the two words of a task. Times in seconds, shares in 1/10,000. */
export interface TaskTerms {
  readonly fee: Amount;
  readonly modelFee: Amount;
  /** Stake the solver answers with until the claim. */
  readonly lock: Amount;
  readonly treasuryBps: number;
  /** Emission in 1/1,000 of the base reward. */
  readonly issueRate: number;
  /** Expected checks in 1/10,000. */
  readonly checksBps: number;
  /** Pay of one check, and the fine for missing one. */
  readonly dutyPay: Amount;
  /** Bond of a reservation. */
  readonly bond: Amount;
  /** What the requester paid for checks. */
  readonly checksPaid: Amount;
  readonly submittedAt: number;
  readonly submittedIn: number;
  readonly retractAt: number;
  readonly deadline: number;
  readonly claimWindow: number;
  readonly reserveSeconds: number;
  readonly notice: number;
  readonly spread: number;
  readonly class: number;
  readonly readable: boolean;
}

const BPS = 10_000n;
const CHECKS_PAID = 2n;

/** @param money,times decimal or 0x text of the words, first field highest */
export function unpackTerms(money: string, times: string): TaskTerms {
  const [m, t] = [BigInt(money), BigInt(times)];
  const of = (word: bigint, shift: bigint, bits: bigint): bigint => (word >> shift) & ((1n << bits) - 1n);
  const fee = of(m, 176n, 80n);
  const checksBps = of(m, 32n, 16n);
  const dutyPay = (fee * of(m, 16n, 16n)) / BPS;
  return {
    fee: amount(fee),
    modelFee: amount(of(m, 96n, 80n)),
    lock: amount(fee * of(m, 80n, 16n)),
    treasuryBps: Number(of(m, 64n, 16n)),
    issueRate: Number(of(m, 48n, 16n)),
    checksBps: Number(checksBps),
    dutyPay: amount(dutyPay),
    bond: amount((fee * of(m, 0n, 16n)) / BPS),
    checksPaid: amount((of(t, 0n, 8n) & CHECKS_PAID) === 0n ? 0n : (dutyPay * checksBps) / BPS),
    submittedAt: Number(of(t, 216n, 40n)),
    submittedIn: Number(of(t, 176n, 40n)),
    retractAt: Number(of(t, 136n, 40n)),
    deadline: Number(of(t, 96n, 40n)),
    claimWindow: Number(of(t, 72n, 24n)),
    reserveSeconds: Number(of(t, 48n, 24n)),
    notice: Number(of(t, 32n, 16n)),
    spread: Number(of(t, 16n, 16n)),
    class: Number(of(t, 8n, 8n)),
    readable: (of(t, 0n, 8n) & 1n) === 1n,
  };
}
