import { Interface } from 'ethers/abi';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Address, Amount } from '../../src-shared/domain/ids.ts';
import { CALL_RULES, ruleFor } from './calls.ts';
import { judgePermit, judgeTransaction, type Circumstances } from './policy.ts';
import type { Spend, TransactionInput } from './protocol.ts';
import { spentIn, withSpend } from './tally.ts';
import { CONTRACTS, JUNK_ADDRESS, moot, POLICY, tx } from './test-tools.ts';

const NOW = 1_700_000_000_000;
const DAY = 86_400_000;
const STRANGER = '0x9999999999999999999999999999999999999999' as Address;
const ID = `0x${'cd'.repeat(32)}`;
const about: Circumstances = { policy: POLICY, spends: [], self: JUNK_ADDRESS, now: NOW, ruleFor };

function call(
  to: keyof typeof CONTRACTS,
  fragment: string,
  args: readonly unknown[],
  over: Partial<TransactionInput> = {},
) {
  const data = new Interface([`function ${fragment}`]).encodeFunctionData(
    fragment.slice(0, fragment.indexOf('(')),
    args,
  );
  return tx({ to: CONTRACTS[to], data: data as `0x${string}`, ...over });
}

function refusal(input: TransactionInput, circumstances = about): string {
  try {
    judgeTransaction(input, circumstances);
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    expect(code).toBe('POLICY');
    return message;
  }
  return 'signed';
}

const withdraw = (amount: bigint | string, over: Partial<TransactionInput> = {}) =>
  call('vault', 'withdraw(uint80)', [amount], over);
const ORDER = '(bytes32,uint64,uint80,uint80,uint32,uint8,uint8,bool)';
const TASK = '(address,uint64,bytes32,bytes32,uint256,uint256)';
const SOLUTION = '(address,uint48,bytes32)';
const submit = `submit(${ORDER},bytes)`;
const order = (fee: bigint | string, extra: bigint | string) => [ID, 7, fee, extra, 3_600, 0, 0, false];
const task = [JUNK_ADDRESS, 7, ID, ID, 1, 1];
const solution = [JUNK_ADDRESS, 1, ID];
const approve = 'approve(address,uint256)';

describe('what the policy lets pass', () => {
  it.each([
    ['submit', call('market', submit, [order(moot(2), moot(1)), '0x010203']), moot(3)],
    ['submit without input', call('market', submit, [order(moot(2), 0n), '0x']), moot(2)],
    ['submitBlob', call('market', `submitBlob(${ORDER},bytes32,uint64)`, [order(moot(4), moot(1)), ID, 9]), moot(5)],
    ['withdraw', withdraw(moot(7)), moot(7)],
    ['stake', call('vault', 'stake(uint80)', [moot(8)]), moot(8)],
    ['approve', call('token', approve, [CONTRACTS.vault, moot(9)]), moot(9)],
    ['approve nothing', call('token', approve, [CONTRACTS.vault, 0]), null],
    ['transfer', call('token', 'transfer(address,uint256)', [STRANGER, moot(1)]), moot(1)],
    ['depositTo', call('vault', 'depositTo(address,uint80,uint80)', [JUNK_ADDRESS, moot(5), moot(5)]), null],
    ['unstake', call('vault', 'unstake()', []), null],
    ['commit', call('market', 'commit(bytes32,uint16,bytes26)', [ID, 1, `0x${'11'.repeat(26)}`]), null],
    [
      'contest, with words of its own',
      call('market', `contest(${TASK},${SOLUTION},string)`, [task, solution, 'https://x']),
      null,
    ],
    ['signOn', call('duty', 'signOn(uint80)', [moot(5)]), null],
    ['seal', call('duty', 'seal(bytes32,bytes26)', [ID, `0x${'11'.repeat(26)}`]), null],
    ['open', call('duty', `open(${TASK},${SOLUTION},uint256,bytes32,bytes32)`, [task, solution, 0, ID, ID]), null],
    ['signalSupport', call('registry', 'signalSupport(bytes32,uint80)', [ID, moot(500)]), null],
    ['setFee', call('registry', 'setFee(bytes32,uint80)', [ID, moot(1)]), null],
  ])('%s', (_name, input, amount) => {
    const spend = judgeTransaction(input, about);
    expect(spend).toEqual(amount === null ? null : { key: '31337/0', at: NOW, amount });
  });

  it('takes addresses in any case', () => {
    const lower = { ...POLICY, contracts: { ...POLICY.contracts, vault: JUNK_ADDRESS.toLowerCase() as Address } };
    expect(refusal(withdraw(1n, { to: JUNK_ADDRESS }), { ...about, policy: lower })).toBe('signed');
  });
});

describe('what it refuses', () => {
  const long = (input: TransactionInput): TransactionInput => ({ ...input, data: `${input.data}${'00'.repeat(32)}` });
  const cut = (input: TransactionInput): TransactionInput => ({
    ...input,
    data: input.data.slice(0, -2) as `0x${string}`,
  });
  it.each([
    [
      'another chain',
      withdraw(1n, { chainId: '1' }),
      'The transaction is for chain 1, but the wallet works on chain 31337.',
    ],
    ['coins', withdraw(1n, { value: '1' }), 'The transaction sends coins of the chain; the wallet never does.'],
    ['gas', withdraw(1n, { gasLimit: '2000001' }), 'The transaction may use 2000001 gas; the limit is 2000000.'],
    [
      'a price',
      withdraw(1n, { maxFeePerGas: '200000000001' }),
      'The transaction offers 200000000001 wei per gas; the limit is 200000000000.',
    ],
    [
      'a tip',
      withdraw(1n, { maxPriorityFeePerGas: '2000000001' }),
      'The transaction offers a larger tip than its fee.',
    ],
    ['a stranger', withdraw(1n, { to: STRANGER }), `${STRANGER} is not one of the contracts of this network.`],
    ['an unknown function', tx({ data: '0xdeadbeef' }), 'The wallet does not know this function of the vault.'],
    ['no function', tx({ data: '0x' }), 'The wallet does not know this function of the vault.'],
    ['half a function', tx({ data: '0x2e1a7d' }), 'The wallet does not know this function of the vault.'],
    [
      'one of another contract',
      withdraw(1n, { to: CONTRACTS.market }),
      'The wallet does not know this function of the market.',
    ],
    [
      'transferFrom',
      call('token', 'transferFrom(address,address,uint256)', [STRANGER, STRANGER, 1]),
      'The wallet does not know this function of the token.',
    ],
    ['too many arguments', long(withdraw(1n)), 'The arguments of withdraw do not have the right length.'],
    ['too few arguments', cut(withdraw(1n)), 'The arguments of withdraw do not have the right length.'],
    [
      'a submit cut short',
      tx({
        to: CONTRACTS.market,
        data: call('market', submit, [order(1n, 1n), '0x']).data.slice(0, 10 + 64 * 2) as `0x${string}`,
      }),
      'The arguments of submit do not have the right length.',
    ],
    [
      'approval of a stranger',
      call('token', approve, [STRANGER, 1]),
      'approve would let somebody other than the vault take tokens.',
    ],
    [
      'approval of everything',
      call('token', approve, [CONTRACTS.vault, 2n ** 256n - 1n]),
      /more than the daily limit of 100\.$/,
    ],
    [
      'a gift of stake',
      call('vault', 'depositTo(address,uint80,uint80)', [STRANGER, 1, 1]),
      "depositTo would act for another account than this wallet's.",
    ],
    [
      'a stranger as payee',
      call('registry', 'setPayee(bytes32,address)', [ID, STRANGER]),
      "setPayee would act for another account than this wallet's.",
    ],
    [
      'more than a day',
      withdraw(BigInt(moot(100)) + 1n),
      /^This would move 100\.000000000000000001 MOOT; with 0 in the last 24 hours/,
    ],
  ])('%s', (_name, input, why) => {
    if (typeof why === 'string') expect(refusal(input)).toBe(why);
    else expect(refusal(input)).toMatch(why);
  });

  it('any call data whose selector is not in the table', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(CONTRACTS)), fc.uint8Array({ maxLength: 200 }), (to, bytes) => {
        expect(refusal(tx({ to, data: `0x${Buffer.from(bytes).toString('hex')}` }))).not.toBe('signed');
      }),
    );
  });

  it('a second approval by permit, or one for long', () => {
    const permit = { name: 'MOOT', version: '1', value: moot(60), nonce: '0', deadline: String(NOW / 1000 + 3600) };
    const first = judgePermit(permit, about);
    expect(first).toEqual({ key: '31337/permit/0', at: NOW, amount: moot(60) });
    const spends = first === null ? [] : [first];
    expect(() => judgePermit({ ...permit, nonce: '1' }, { ...about, spends })).toThrow(/daily limit/);
    expect(() => judgePermit({ ...permit, deadline: String(NOW / 1000 + 86_401) }, about)).toThrow(/one day/);
  });
});

describe('a batch', () => {
  const inputs = `submitBatch(${ORDER},bytes[])`;
  const blobs = `submitBlobs(${ORDER},bytes32[],uint64)`;
  const texts = (n: number) => Array.from({ length: n }, (_, i) => `0x${'ab'.repeat(i)}`);
  const ids = (n: number) => Array.from({ length: n }, () => ID);
  /** Word n of the arguments replaced. */
  const patched = (input: TransactionInput, n: number, value: bigint): TransactionInput => {
    const [from, to] = [10 + 64 * n, 74 + 64 * n];
    const word = value.toString(16).padStart(64, '0');
    return { ...input, data: `${input.data.slice(0, from)}${word}${input.data.slice(to)}` as `0x${string}` };
  };

  it.each([1, 2, 20])('of %i items counts each of them', (n) => {
    const sum = { key: '31337/0', at: NOW, amount: moot(5 * n) };
    expect(judgeTransaction(call('batches', inputs, [order(moot(3), moot(2)), texts(n)]), about)).toEqual(sum);
    expect(judgeTransaction(call('batches', blobs, [order(moot(3), moot(2)), ids(n), 9]), about)).toEqual(sum);
  });

  it('is more than the day allows when only its sum is', () => {
    expect(refusal(call('batches', blobs, [order(moot(1), moot(1)), ids(50), 9]))).toBe('signed');
    expect(refusal(call('batches', blobs, [order(moot(1), moot(1)), ids(51), 9]))).toMatch(/would move 102 MOOT/);
  });

  it('does not hide its length', () => {
    const input = call('batches', blobs, [order(moot(1), 0n), ids(3), 9]);
    const malformed = 'The arguments of submitBlobs are malformed.';
    // An offset between two words, behind the end, far behind it; a length beyond the end.
    for (const offset of [289n, 32n * 14n, 2n ** 255n]) expect(refusal(patched(input, 8, offset))).toBe(malformed);
    for (const length of [4n, 2n ** 64n, 2n ** 256n - 1n]) expect(refusal(patched(input, 10, length))).toBe(malformed);
    // Where the offset says, there the contract reads: a second, shorter array changes nothing.
    const longer = { ...input, data: `${input.data}${'0'.repeat(64)}` } as TransactionInput;
    expect(judgeTransaction(longer, about)?.amount).toBe(moot(3));
    // What precedes the array may be its length, too: the nonce, here.
    expect(judgeTransaction(patched(input, 8, 32n), about)?.amount).toBe(moot(7));
  });

  it('counts what the contract would read, whatever offset and length say', () => {
    const input = call('batches', blobs, [order(1n, 0n), ids(3), 9]);
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 600n }), fc.bigInt({ min: 0n, max: 20n }), (offset, length) => {
        const data = patched(patched(input, 8, offset), 10, length);
        const words = (data.data.length - 10) / 64;
        const at = Number(offset) / 32;
        const read =
          Number.isInteger(at) && at < words ? BigInt(`0x${data.data.slice(10 + 64 * at, 74 + 64 * at)}`) : 0n;
        if (refusal(data) === 'signed') expect(judgeTransaction(data, about)?.amount ?? '0').toBe(read.toString());
        else expect(refusal(data)).toMatch(/malformed/);
      }),
    );
  });
});

describe('the daily limit', () => {
  /** Runs of transactions: hours apart, amounts in MOOT. */
  const runs = fc.array(fc.tuple(fc.integer({ min: 0, max: 30 * 3600_000 }), fc.integer({ min: 1, max: 120 })), {
    maxLength: 40,
  });

  it('holds in every window of 24 hours, and refuses nothing that fits', () => {
    fc.assert(
      fc.property(runs, (steps) => {
        let spends: readonly Spend[] = [];
        const signed: { at: number; amount: bigint }[] = [];
        let now = NOW;
        steps.forEach(([gap, whole], nonce) => {
          now += gap;
          const amount = BigInt(moot(whole));
          const before = signed.filter(({ at }) => at > now - DAY).reduce((sum, one) => sum + one.amount, 0n);
          const input = withdraw(amount, { nonce: String(nonce) });
          const fits = before + amount <= BigInt(POLICY.dayLimit);
          expect(refusal(input, { ...about, spends, now }) === 'signed').toBe(fits);
          if (!fits) return;
          const spend = judgeTransaction(input, { ...about, spends, now });
          if (spend !== null) spends = withSpend(spends, spend);
          signed.push({ at: now, amount });
        });
      }),
    );
  });

  it('counts a replacement once, with the larger amount', () => {
    const first: Spend = { key: '31337/0', at: NOW, amount: moot(80) };
    expect(refusal(withdraw(moot(90), { nonce: '0' }), { ...about, spends: [first] })).toBe('signed');
    expect(refusal(withdraw(moot(90), { nonce: '1' }), { ...about, spends: [first] })).toMatch(/daily limit/);
    const replaced = withSpend([first], { ...first, at: NOW + 5, amount: moot(1) });
    expect(replaced).toEqual([{ key: '31337/0', at: NOW + 5, amount: moot(80) }]);
  });

  it('is not freed by a clock set back', () => {
    const spends: readonly Spend[] = [{ key: 'a', at: NOW, amount: moot(100) }];
    expect(spentIn(spends, NOW - 10 * DAY)).toBe(BigInt(moot(100)));
    expect(spentIn(spends, NOW + DAY - 1)).toBe(BigInt(moot(100)));
    expect(spentIn(spends, NOW + DAY)).toBe(0n);
  });

  it('of zero lets only calls pass that move nothing', () => {
    const policy = { ...POLICY, dayLimit: '0' as Amount };
    expect(refusal(withdraw(1n), { ...about, policy })).toMatch(/daily limit of 0\.$/);
    expect(refusal(call('vault', 'unstake()', []), { ...about, policy })).toBe('signed');
  });
});

it('has one rule per contract and function', () => {
  expect(new Set(CALL_RULES.map((rule) => `${rule.contract}${rule.signature}`)).size).toBe(CALL_RULES.length);
});
