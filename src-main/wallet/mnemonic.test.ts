import * as fc from 'fast-check';
import { Mnemonic } from 'ethers/wallet';
import { describe, expect, it } from 'vitest';
import { entropyOf, seedOf, splitWords, wordsOf } from './mnemonic.ts';

/** From the vectors of BIP-39 (entropy, words); the seeds there use an extra passphrase and are not ours. */
const VECTORS = [
  ['00000000000000000000000000000000', 'abandon '.repeat(11) + 'about'],
  ['7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f', 'legal winner thank year wave sausage worth useful legal winner thank yellow'],
  ['ffffffffffffffffffffffffffffffff', 'zoo '.repeat(11) + 'wrong'],
  ['0000000000000000000000000000000000000000000000000000000000000000', 'abandon '.repeat(23) + 'art'],
  ['ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff', 'zoo '.repeat(23) + 'vote'],
  [
    'f585c11aec520db57dd353c69554b21a89b20fb0650966fa0a9d6f74fd989d8f',
    'void come effort suffer camp survey warrior heavy shoot primary clutch crush open amazing screen patrol group space point ten exist slush involve unfold',
  ],
] as const;

const bytes = fc.oneof(
  fc.uint8Array({ minLength: 16, maxLength: 16 }),
  fc.uint8Array({ minLength: 32, maxLength: 32 }),
);

function complaint(words: string): string {
  try {
    entropyOf(words);
  } catch (error) {
    return `${(error as { code: string }).code}: ${(error as Error).message}`;
  }
  return 'none';
}

describe('mnemonic', () => {
  it.each(VECTORS)('vector %s', (hex, words) => {
    expect(wordsOf(Buffer.from(hex, 'hex')).join(' ')).toBe(words);
    expect(entropyOf(words).toString('hex')).toBe(hex);
  });

  it('gives the seed that BIP-39 gives', () => {
    expect(seedOf(Buffer.alloc(16)).toString('hex')).toBe(
      '5eb00bbddcf069084889a8ab9155568165f5c453ccb85e70811aaed6f6da5fc19a5ac40b389cd370d086206dec8aa6c43daea6690f20ad3d8d48b2d2ce9e38e4',
    );
  });

  it('agrees with ethers, both ways', () => {
    fc.assert(
      fc.property(bytes, (entropy) => {
        const words = wordsOf(entropy).join(' ');
        const theirs = Mnemonic.fromEntropy(entropy);
        expect(words).toBe(theirs.phrase);
        expect(entropyOf(words)).toEqual(Buffer.from(entropy));
        expect(`0x${seedOf(entropy).toString('hex')}`).toBe(theirs.computeSeed());
      }),
      { numRuns: 30 },
    );
  });

  it('takes any white space, case and Unicode form', () => {
    const wide = [...'ABANDON'].map((c) => String.fromCodePoint((c.codePointAt(0) ?? 0) + 0xfee0)).join('');
    expect(splitWords(`  ${wide}\u3000Abandon\n\tabandon `)).toEqual(['abandon', 'abandon', 'abandon']);
    expect(entropyOf(`\n Abandon${'  ABANDON\t'.repeat(10)}\r\nabout `)).toEqual(Buffer.alloc(16));
  });

  it('says which word is unknown, without repeating it', () => {
    const words = VECTORS[1][1].replace('year', 'yeer');
    expect(complaint(words)).toBe('BAD_WORDS: Word 4 is not in the list of 2048 words.');
    expect(complaint(words.replace('thank', 'thx'))).toBe('BAD_WORDS: Words 3, 4 are not in the list of 2048 words.');
  });

  it('says when all are known but something is wrong', () => {
    const swapped = VECTORS[1][1].replace('legal winner', 'winner legal');
    expect(complaint(swapped)).toBe('BAD_WORDS: The words are all known, but their order or one of them is wrong.');
  });

  it.each(['', 'abandon', 'abandon '.repeat(11), 'abandon '.repeat(18), 'abandon '.repeat(25)])(
    'counts %#',
    (words) => {
      expect(complaint(words)).toMatch(/^BAD_WORDS: There must be 12 or 24 words; these are \d+\.$/);
    },
  );

  it('takes a wrong last word only where its checksum allows', () => {
    // 12 words leave 7 bits of entropy in the last: 128 of 2048 words pass.
    const all = wordsOf(Buffer.alloc(16)).slice(0, 11).join(' ');
    const list = Array.from({ length: 2048 }, (_, i) => Mnemonic.fromEntropy(Buffer.alloc(16)).wordlist.getWord(i));
    expect(list.filter((word) => complaint(`${all} ${word}`) === 'none')).toHaveLength(128);
  });
});
