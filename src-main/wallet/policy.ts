import { amount as toAmount, exactMoot } from '../../src-shared/domain/amounts.ts';
import type { Address, Timestamp } from '../../src-shared/domain/ids.ts';
import type { CallRule, ContractName } from './calls.ts';
import { PolicyError } from './errors.ts';
import type { PermitInput, PolicyConfig, Spend, TransactionInput } from './protocol.ts';
import { spentIn } from './tally.ts';

/** What the decision depends on besides the request. */
export interface Circumstances {
  readonly policy: PolicyConfig;
  readonly spends: readonly Spend[];
  readonly self: Address;
  readonly now: Timestamp;
  readonly ruleFor: (contract: ContractName, data: string) => CallRule | undefined;
}

const NAMES: Record<ContractName, string> = {
  token: 'the token',
  vault: 'the vault',
  market: 'the market',
  registry: 'the register of models',
  court: 'the court',
  duty: 'the duty roster',
  replicas: 'the market of replicated tasks',
  batches: 'the market of batches',
};
const DAY_SECONDS = 86_400n;

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** Argument n of call data, as a number. */
function word(data: string, n: number): bigint {
  return BigInt(`0x${data.slice(10 + 64 * n, 74 + 64 * n)}`);
}

/** Words of call data; undefined when it is no whole number of them. */
function wordsIn(data: string): number | undefined {
  return (data.length - 10) % 64 === 0 ? (data.length - 10) / 64 : undefined;
}

/**
 * Elements of the array whose offset is argument n: as many as the contract would read. Each takes one word at least, so
 * more than there are words left is malformed; so is an offset between two words, which a compiler never writes.
 */
function elementsOf(data: string, n: number, words: number): bigint | undefined {
  const offset = word(data, n);
  const at = offset / 32n;
  if (offset % 32n !== 0n || at >= BigInt(words)) return undefined;
  const elements = word(data, Number(at));
  return elements <= BigInt(words) - at - 1n ? elements : undefined;
}

/** Arguments of a signature as words, tuples flattened; dynamic ones count one word at least. */
function argumentsOf(signature: string): number {
  const inner = signature.slice(signature.indexOf('(') + 1, -1).replace(/[()]/g, '');
  return inner === '' ? 0 : inner.split(',').length;
}

function checkLimit(value: bigint, key: string, { policy, spends, now }: Circumstances): Spend | null {
  if (value === 0n) return null;
  const before = spentIn(spends, now, key);
  if (before + value > BigInt(policy.dayLimit)) {
    throw new PolicyError(
      `This would move ${exactMoot(toAmount(value))} MOOT; with ${exactMoot(toAmount(before))} in the last 24 hours ` +
        `that is more than the daily limit of ${exactMoot(policy.dayLimit)}.`,
      'Wait, or raise the daily limit in the settings.',
    );
  }
  return { key, at: now, amount: toAmount(value) };
}

/**
 * Decides whether a transaction may be signed.
 * @returns what counts against the daily limit; null when the call moves no MOOT of ours.
 * @throws PolicyError with one sentence that names the rule.
 */
export function judgeTransaction(tx: TransactionInput, about: Circumstances): Spend | null {
  const { policy, self, ruleFor } = about;
  if (tx.chainId !== String(policy.chainId)) {
    throw new PolicyError(
      `The transaction is for chain ${tx.chainId}, but the wallet works on chain ${policy.chainId}.`,
    );
  }
  if (BigInt(tx.value) !== 0n)
    throw new PolicyError('The transaction sends coins of the chain; the wallet never does.');
  if (BigInt(tx.gasLimit) > BigInt(policy.maxGas)) {
    throw new PolicyError(`The transaction may use ${tx.gasLimit} gas; the limit is ${policy.maxGas}.`);
  }
  if (BigInt(tx.maxFeePerGas) > BigInt(policy.maxFeePerGas)) {
    throw new PolicyError(
      `The transaction offers ${tx.maxFeePerGas} wei per gas; the limit is ${policy.maxFeePerGas}.`,
    );
  }
  if (BigInt(tx.maxPriorityFeePerGas) > BigInt(tx.maxFeePerGas)) {
    throw new PolicyError('The transaction offers a larger tip than its fee.');
  }
  const contract = (Object.keys(NAMES) as ContractName[]).find((name) => same(policy.contracts[name], tx.to));
  if (contract === undefined) throw new PolicyError(`${tx.to} is not one of the contracts of this network.`);
  const rule = ruleFor(contract, tx.data);
  if (rule === undefined) throw new PolicyError(`The wallet does not know this function of ${NAMES[contract]}.`);
  const function_ = rule.signature.slice(0, rule.signature.indexOf('('));
  const expected = argumentsOf(rule.signature);
  const found = wordsIn(tx.data);
  const dynamic = /\b(?:bytes|string)\b|\[\]/.test(rule.signature);
  if (found === undefined || found < expected || (!dynamic && found !== expected)) {
    throw new PolicyError(`The arguments of ${function_} do not have the right length.`);
  }
  for (const n of rule.own ?? []) {
    if (word(tx.data, n) !== BigInt(self)) {
      throw new PolicyError(`${function_} would act for another account than this wallet's.`);
    }
  }
  for (const n of rule.vault ?? []) {
    if (word(tx.data, n) !== BigInt(policy.contracts.vault)) {
      throw new PolicyError(`${function_} would let somebody other than the vault take tokens.`);
    }
  }
  const times = rule.times === undefined ? 1n : elementsOf(tx.data, rule.times, found);
  if (times === undefined) throw new PolicyError(`The arguments of ${function_} are malformed.`);
  const value = (rule.spends ?? []).reduce((sum, n) => sum + word(tx.data, n), 0n) * times;
  return checkLimit(value, `${tx.chainId}/${tx.nonce}`, about);
}

/** Same for a permit: the spender is always the vault, the value counts. */
export function judgePermit(permit: PermitInput, about: Circumstances): Spend | null {
  const seconds = BigInt(Math.floor(about.now / 1000));
  if (BigInt(permit.deadline) > seconds + DAY_SECONDS)
    throw new PolicyError('A permit may be valid for one day at most.');
  return checkLimit(BigInt(permit.value), `${about.policy.chainId}/permit/${permit.nonce}`, about);
}
