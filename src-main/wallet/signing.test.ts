import { verifyMessage, verifyTypedData, TypedDataEncoder, hashMessage, id } from 'ethers/hash';
import { Transaction } from 'ethers/transaction';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TaskId } from '../../src-shared/domain/ids.ts';
import { ruleFor } from './calls.ts';
import { messageDigest, permitDigest } from './digests.ts';
import { KeyRing } from './key-ring.ts';
import { entropyOf } from './mnemonic.ts';
import type { PermitInput } from './protocol.ts';
import { Signing } from './signing.ts';
import { refuseStatement, statement } from './statement.ts';
import { CONTRACTS, JUNK, JUNK_ADDRESS, moot, POLICY, tx } from './test-tools.ts';

const keys = new KeyRing({ dataKey: Buffer.alloc(32, 1), entropy: entropyOf(JUNK) });
const NOW = 1_700_000_000_000;
const word = (value: string): string => BigInt(value).toString(16).padStart(64, '0');

function ready(): Signing {
  const made = new Signing(() => NOW);
  made.configure(POLICY);
  return made;
}

function withdrawData(value: string): `0x${string}` {
  const data: `0x${string}` = `0x${id('withdraw(uint80)').slice(2, 10)}${word(value)}`;
  expect(ruleFor('vault', data)?.signature).toBe('withdraw(uint80)');
  return data;
}

describe('transactions', () => {
  it('are signed so that ethers reads the same fields and the same sender', () => {
    const input = tx({ nonce: '7', data: withdrawData(moot(3)) });
    const { raw, hash, spend } = ready().transaction(input, keys);
    const read = Transaction.from(raw);
    expect(read.from).toBe(JUNK_ADDRESS);
    expect(read.hash).toBe(hash);
    expect(read).toMatchObject({
      type: 2,
      nonce: 7,
      to: CONTRACTS.vault,
      data: input.data,
      value: 0n,
      chainId: 31_337n,
    });
    expect(read).toMatchObject({
      gasLimit: 200_000n,
      maxFeePerGas: 2_000_000_000n,
      maxPriorityFeePerGas: 1_000_000_000n,
    });
    expect(spend).toEqual({ key: '31337/7', at: NOW, amount: moot(3) });
  });

  it('are counted by the signer itself, whatever it is told later', () => {
    const made = ready();
    const data = withdrawData(moot(60));
    made.transaction(tx({ nonce: '0', data }), keys);
    made.configure({ ...POLICY, spent: [] });
    expect(() => made.transaction(tx({ nonce: '1', data }), keys)).toThrow(/daily limit/);
    expect(made.transaction(tx({ nonce: '0', data: withdrawData(moot(1)) }), keys).spend?.amount).toBe(moot(60));
  });

  it('are counted on top of what main has recorded', () => {
    const made = new Signing(() => NOW);
    made.configure({ ...POLICY, spent: [{ key: '31337/0', at: NOW - 5, amount: moot(60) }] });
    const data = withdrawData(moot(60));
    expect(() => made.transaction(tx({ nonce: '1', data }), keys)).toThrow(/daily limit/);
    expect(made.transaction(tx({ nonce: '0', data }), keys).spend?.amount).toBe(moot(60));
  });

  it('are not counted when refused', () => {
    const made = ready();
    expect(() => made.transaction(tx({ chainId: '5' }), keys)).toThrow(/chain 5/);
    expect(made.transaction(tx({ data: withdrawData(moot(100)) }), keys).spend?.amount).toBe(moot(100));
  });

  it('are refused before the policy is known', () => {
    expect(() => new Signing().transaction(tx(), keys)).toThrow(/was not told yet/);
  });
});

describe('statements', () => {
  it('are hashed as EIP-191 says', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(messageDigest(text)).toBe(hashMessage(text));
      }),
    );
  });

  it('are signed by the wallet', () => {
    const text = statement('identity', 'peer: abc\nuntil: 5');
    expect(verifyMessage(text, ready().message(text, keys).signature)).toBe(JUNK_ADDRESS);
  });

  it.each([
    'Sign in to example.com',
    ' Folkmoot identity\n',
    'Folkmoot',
    'Folkmoot \n',
    'Folkmoot Identity\n',
    'Folkmoot two words\n',
    'folkmoot identity\n',
    'Folkmoot identity\n\u0000',
    'Folkmoot identity\n\u202Eabc',
    'Folkmoot identity\r\nx',
    `Folkmoot identity\n${'x'.repeat(5000)}`,
  ])('nothing else is: %j', (text) => {
    expect(refuseStatement(text)).not.toBeNull();
    expect(() => ready().message(text, keys)).toThrow(/only statements of Folkmoot/);
  });
});

describe('permits', () => {
  const permit: PermitInput = {
    name: 'Folkmoot',
    version: '1',
    value: moot(5),
    nonce: '3',
    deadline: String(NOW / 1000 + 60),
  };
  const domain = { name: 'Folkmoot', version: '1', chainId: 31_337, verifyingContract: CONTRACTS.token };
  const names = ['owner:address', 'spender:address', 'value:uint256', 'nonce:uint256', 'deadline:uint256'];
  const types = { Permit: names.map((each) => ({ name: each.split(':')[0] ?? '', type: each.split(':')[1] ?? '' })) };
  const message = {
    owner: JUNK_ADDRESS,
    spender: CONTRACTS.vault,
    value: permit.value,
    nonce: '3',
    deadline: permit.deadline,
  };

  it('have the digest that EIP-712 gives', () => {
    expect(permitDigest(permit, 31_337, CONTRACTS.token, JUNK_ADDRESS, CONTRACTS.vault)).toBe(
      TypedDataEncoder.hash(domain, types, message),
    );
  });

  it('are signed for the vault only, and counted', () => {
    const { v, r, s, spend } = ready().permit(permit, keys);
    expect(verifyTypedData(domain, types, message, { v, r, s })).toBe(JUNK_ADDRESS);
    expect(spend).toEqual({ key: '31337/permit/3', at: NOW, amount: moot(5) });
  });
});

describe('task salts', () => {
  it('are the same every time, and another for another task', () => {
    const salt = (byte: string) => ready().taskSalt(`0x${byte.repeat(32)}` as TaskId, keys).salt;
    expect(salt('ab')).toBe(salt('ab'));
    expect(salt('ab')).not.toBe(salt('ac'));
    expect(salt('ab')).toMatch(/^0x[0-9a-f]{64}$/);
  });
});
