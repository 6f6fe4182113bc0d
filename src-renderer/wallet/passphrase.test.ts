import { describe, expect, it } from 'vitest';
import { passphraseProblem, strengthHint } from './passphrase.ts';

describe('strengthHint', () => {
  it.each([
    ['', null],
    ['abc', /5 more/],
    ['aaaaaaaaaaaa', /same character/],
    ['2938475610', /only digits/],
    ['garden42', /sandbox/],
    ['river-lamp-seven', /longer is better/],
    ['correct horse battery staple', /^Strong\.$/],
  ])('%j', (passphrase, expected) => {
    const hint = strengthHint(passphrase);
    if (expected === null) expect(hint).toBeNull();
    else expect(hint).toMatch(expected);
  });
});

it('names what is wrong with a pair', () => {
  expect(passphraseProblem('short', 'short')).toMatch(/at least 8/);
  expect(passphraseProblem('long enough', 'long enougH')).toMatch(/differ/);
  expect(passphraseProblem('long enough', 'long enough')).toBeNull();
  expect(passphraseProblem('😀😀😀😀', '😀😀😀😀')).toMatch(/at least 8/);
});
