import { expect, test } from 'vitest';
import { isOwn, mayLoad, START } from './app-address.ts';

test.each([START, 'folkmoot://app', 'folkmoot://app/assets/x.js'])('%s is ours', (url) =>
  expect(isOwn(url)).toBe(true),
);

test.each([
  '',
  'folkmoot://app.evil/',
  'folkmoot://apple/',
  'folkmoot:app',
  'file:///index.html',
  'https://app/',
  'about:blank',
])('%j is not', (url) => {
  expect(isOwn(url)).toBe(false);
  expect(mayLoad(url, false)).toBe(false);
});

test('what the interface made itself may be shown; the tools of developers only for them', () => {
  expect(mayLoad('data:image/png;base64,', false)).toBe(true);
  expect(mayLoad('blob:folkmoot://app/1', false)).toBe(true);
  expect(mayLoad('blob:https://evil.example/1', true)).toBe(false);
  expect(mayLoad('devtools://devtools/x', true)).toBe(true);
  expect(mayLoad('devtools://devtools/x', false)).toBe(false);
});
