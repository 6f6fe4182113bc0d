import * as fc from 'fast-check';
import { LangEn } from 'ethers/wordlists';
import { expect, test } from 'vitest';
import { bundleOf } from './bundle.ts';
import { LogRing } from './log-ring.ts';
import { redact, redactValue, type Personal } from './redact.ts';

const ME: Personal = {
  home: 'C:\\Users\\Ädelgund',
  user: 'Ädelgund',
  host: 'DESKTOP-QX7',
  profile: 'C:\\Users\\Ädelgund\\AppData\\Local\\Folkmoot',
};
const word = fc.integer({ min: 0, max: 2_047 }).map((index) => LangEn.wordlist().getWord(index));
const hex = (least: number, most: number): fc.Arbitrary<string> =>
  fc.stringMatching(new RegExp(`^[0-9a-f]{${least},${most}}$`));
const base58 = fc.stringMatching(/^[1-9A-HJ-NP-Za-km-z]{44}$/);

/** Something that must not come out, and how it would be written. */
const secret: fc.Arbitrary<{ readonly value: string; readonly text: string }> = fc.oneof(
  hex(40, 40).map((value) => ({ value, text: `0x${value}` })),
  hex(64, 64).map((value) => ({ value, text: value })),
  base58.map((rest) => ({ value: rest, text: `/ip4/85.1.2.3/tcp/4001/p2p/12D3KooW${rest}` })),
  fc.ipV4().map((value) => ({ value, text: `${value}:4001` })),
  fc
    .ipV6()
    .filter((ip) => /^[0-9a-f:]+$/i.test(ip) && ip.split(':').filter(Boolean).length > 2)
    .map((value) => ({ value, text: `[${value}]:80` })),
  fc.stringMatching(/^[!-~]{8,30}$/).map((value) => ({ value, text: `passphrase: ${value}` })),
  fc.stringMatching(/^[a-z0-9]{8,30}$/).map((value) => ({ value, text: `http://127.0.0.1:8080/login?token=${value}` })),
  fc.stringMatching(/^[a-z0-9]{20,30}$/).map((value) => ({ value, text: `https://mainnet.example.org/v3/${value}` })),
  fc.array(word, { minLength: 12, maxLength: 24 }).map((list) => ({ value: list.join(' '), text: list.join(' ') })),
  fc.constantFrom(ME.home, ME.user, ME.host, ME.profile).map((value) => ({ value, text: `${value}\\node.log` })),
);
const around = fc.constantFrom('', ' ', 'peer: came from ', ' (', '"', '\n', 'could not read ');

test('planted secrets never come out of a text', () => {
  fc.assert(
    fc.property(secret, around, around, ({ value, text }, before, after) => {
      const left = redact(`${before}${text}${after === '' ? ' ' : after}and more`, ME);
      expect(left.toLowerCase()).not.toContain(value.toLowerCase());
    }),
    { numRuns: 3_000 },
  );
});

test('nor out of a bundle, wherever they stand', () => {
  fc.assert(
    fc.property(fc.array(secret, { minLength: 1, maxLength: 6 }), (secrets) => {
      const planted = secrets.map(({ text }) => text);
      const { files } = bundleOf({
        versions: { folkmoot: '1', system: planted[0] },
        machine: { [planted[0] ?? '']: planted, deep: [{ planted }] },
        node: { notices: planted.map((text) => ({ text })) },
        settings: { 'machine.x': planted, 'wallet.address': planted, paused: null },
        counts: { works: 3 },
        log: planted.map((text, id) => ({ id, at: 0, level: 'info', part: 'peer', text })),
        personal: ME,
      });
      const all = files
        .map(({ text }) => text)
        .join('\n')
        .toLowerCase();
      for (const { value } of secrets) {
        expect(all).not.toContain(value.toLowerCase());
        expect(all).not.toContain(JSON.stringify(value).slice(1, -1).toLowerCase());
      }
      expect(all).not.toContain('wallet.address');
    }),
    { numRuns: 300 },
  );
});

test('words in a list, and values under names that say what they are', () => {
  const list = ['abandon', 'ability', 'able', 'about'];
  expect(redactValue({ shown: list, wallet: { passphrase: 'correct horse', apiKey: 7 } }, ME)).toEqual({
    shown: ['<words>'],
    wallet: { passphrase: '<secret>', apiKey: '<secret>' },
  });
  expect(redact(' 1. abandon\n 2. ability\n 3. able\n 4. about', ME)).toBe(' 1. <words>');
});

test('what is of use stays', () => {
  const line = 'hardware: The graphics card is at 90 °C, and 80 °C is its target. Driver 565.77, onnxruntime 1.30.0';
  expect(redact(line, ME)).toBe(line);
  const found = new Set<string>();
  redact(`open ${ME.home}\\x and 0x${'ab'.repeat(20)}`, ME, found);
  expect([...found].sort()).toEqual(['addresses, keys and digests', 'folders']);
  const { reference } = bundleOf({
    versions: {},
    machine: {},
    node: {},
    settings: {},
    counts: {},
    log: [],
    personal: ME,
  });
  expect(reference).toMatch(/^FM-[A-Z2-9]{4}-[A-Z2-9]{4}$/);
});

test('the log: parts, trouble, filters and pages', () => {
  let now = 1_000;
  const ring = new LogRing(() => now++);
  const seen: string[] = [];
  const log = ring.tee((line) => seen.push(line));
  log('hardware: the sensors do not answer: no answer to read within 8000 ms');
  log('policy: The processor: You paused this machine.');
  log('worker: ended (killed), next start in 200 ms');
  log('said without a part');
  log('task 0x12: fine', 'trouble');
  expect(seen).toHaveLength(5);
  const all = { before: null, limit: 10, level: null, text: '' } as const;
  expect(ring.page(all).map(({ id, level, part }) => [id, level, part])).toEqual([
    [5, 'trouble', 'task 0x12'],
    [4, 'info', 'node'],
    [3, 'trouble', 'worker'],
    [2, 'info', 'policy'],
    [1, 'trouble', 'hardware'],
  ]);
  expect(ring.page({ ...all, level: 'trouble', before: 5 }).map(({ id }) => id)).toEqual([3, 1]);
  expect(ring.page({ ...all, text: 'PAUSED' })).toMatchObject([
    { part: 'policy', text: 'The processor: You paused this machine.', at: 1_001 },
  ]);
  expect(ring.page({ ...all, limit: 1 })).toHaveLength(1);
});

test('the log in memory is bounded in lines and in their length', () => {
  const ring = new LogRing(() => 0);
  for (let line = 0; line < 6_000; line++) ring.add(`peer: ${'x'.repeat(line % 7 === 0 ? 5_000 : 5)}`);
  const page = ring.page({ before: null, limit: 10_000, level: null, text: '' });
  expect(page.length).toBeLessThanOrEqual(5_500);
  expect(page[0]?.id).toBe(6_000);
  expect(Math.max(...page.map(({ text }) => text.length))).toBe(2_000);
});
