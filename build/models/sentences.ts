import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from '../../src-main/models/random.ts';
import { TEXT_BYTES } from './trigrams.ts';

/** Languages in the order of the model's scores; sentences were written for this project, line n says the same in all. */
export const LANGUAGES = [
  { code: 'de', name: 'German' },
  { code: 'en', name: 'English' },
  { code: 'es', name: 'Spanish' },
  { code: 'fr', name: 'French' },
  { code: 'it', name: 'Italian' },
  { code: 'nl', name: 'Dutch' },
  { code: 'pt', name: 'Portuguese' },
  { code: 'sv', name: 'Swedish' },
] as const;

export interface Sentence {
  readonly text: string;
  readonly label: number;
}

/** Every fourth line is held out, in all languages alike: no held-out sentence was seen in translation either. */
export function sentences(part: 'training' | 'held-out'): Sentence[] {
  return LANGUAGES.flatMap(({ code }, label) => {
    const lines = readFileSync(join(import.meta.dirname, 'sentences', `${code}.txt`), 'utf8')
      .trim()
      .split('\n');
    return lines.filter((_, index) => (index % 4 === 3) === (part === 'held-out')).map((text) => ({ text, label }));
  });
}

/** Some neighbouring words of a sentence. */
export function fragment(text: string, words: number, random: Random): string {
  const all = text.split(' ');
  const from = random.below(Math.max(1, all.length - words + 1));
  return all.slice(from, from + words).join(' ');
}

export function textWire(text: string): Uint8Array {
  const wire = new Uint8Array(TEXT_BYTES);
  wire.set(new TextEncoder().encode(text).subarray(0, TEXT_BYTES));
  return wire;
}
