import { assert, property, string } from 'fast-check';
import { expect, it } from 'vitest';
import { LONGEST, plain } from './plain.ts';

it('leaves an honest link alone', () => {
  expect(plain('https://example.org/a?b=c#ü')).toBe('https://example.org/a?b=c#ü');
});

it('shows what would turn a line around', () => {
  expect(plain('https://a.example/\u202Egnp.exe')).toBe('https://a.example/\u{FFFD}gnp.exe');
  expect(plain('a\nb\u200Bc')).toBe('a\u{FFFD}b\u{FFFD}c');
});

it('never lets an invisible sign through, and never grows without end', () => {
  assert(
    property(string({ unit: 'binary', maxLength: 1_000 }), (text) => {
      const shown = plain(text);
      expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
      expect([...shown].length).toBeLessThanOrEqual(LONGEST + 1);
    }),
    { numRuns: 30 },
  );
});
