import { createHash, pbkdf2Sync } from 'node:crypto';
import { LangEn } from 'ethers/wordlists';
import { WordsError } from './errors.ts';

const BITS = 11;
let index: ReadonlyMap<string, number> | undefined;

function positions(): ReadonlyMap<string, number> {
  index ??= new Map(Array.from({ length: 2048 }, (_, i) => [LangEn.wordlist().getWord(i), i]));
  return index;
}

/** Words as a person typed them: NFKD, lower case, split at any white space. */
export function splitWords(text: string): readonly string[] {
  const clean = text.normalize('NFKD').toLowerCase().trim();
  return clean === '' ? [] : clean.split(/\s+/u);
}

/** 16 or 32 bytes -> 12 or 24 words (BIP-39, English). */
export function wordsOf(entropy: Uint8Array): readonly string[] {
  const checked = Buffer.concat([entropy, createHash('sha256').update(entropy).digest().subarray(0, 1)]);
  const list = LangEn.wordlist();
  const words = Array.from({ length: Math.floor((entropy.length * 8 + entropy.length / 4) / BITS) }, (_, i) => {
    let value = 0;
    for (let bit = i * BITS; bit < (i + 1) * BITS; bit++) {
      value = (value << 1) | (((checked[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1);
    }
    return list.getWord(value);
  });
  checked.fill(0);
  return words;
}

/**
 * The entropy behind 12 or 24 words.
 * @throws WordsError `BAD_WORDS`. The message names positions, never the words: it may end up in a log.
 */
export function entropyOf(text: string): Buffer {
  const words = splitWords(text);
  const known = positions();
  const unknown = words.flatMap((word, i) => (known.has(word) ? [] : [i + 1]));
  if (words.length !== 12 && words.length !== 24) {
    throw new WordsError('BAD_WORDS', `There must be 12 or 24 words; these are ${words.length}.`);
  }
  if (unknown.length > 0) {
    const which = unknown.length === 1 ? `Word ${unknown[0]} is` : `Words ${unknown.join(', ')} are`;
    throw new WordsError('BAD_WORDS', `${which} not in the list of 2048 words.`, {
      remedy: 'Look for a typing error.',
    });
  }
  const bytes = Buffer.alloc(Math.ceil((words.length * BITS) / 8));
  words.forEach((word, i) => {
    const value = known.get(word) ?? 0;
    for (let bit = 0; bit < BITS; bit++) {
      const at = i * BITS + bit;
      if (((value >> (BITS - 1 - bit)) & 1) === 1) bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (1 << (7 - (at & 7)));
    }
  });
  // 12 words: 128 bits and 4 of checksum; 24 words: 256 and 8.
  const entropy = Buffer.from(bytes.subarray(0, (words.length * 4) / 3));
  const shift = words.length === 12 ? 4 : 0;
  const found = (bytes[entropy.length] ?? 0) >> shift;
  const expected = (createHash('sha256').update(entropy).digest()[0] ?? 0) >> shift;
  bytes.fill(0);
  if (found === expected) return entropy;
  entropy.fill(0);
  throw new WordsError('BAD_WORDS', 'The words are all known, but their order or one of them is wrong.', {
    remedy: 'Compare them one by one with what you wrote down.',
  });
}

/** BIP-39 seed, 64 bytes, without the optional extra passphrase. */
export function seedOf(entropy: Uint8Array): Buffer {
  return pbkdf2Sync(wordsOf(entropy).join(' ').normalize('NFKD'), 'mnemonic', 2048, 64, 'sha512');
}
