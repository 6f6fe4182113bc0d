import { expect, test } from 'vitest';
import { readModelId } from './model-id.ts';

test('an id on chain, a digest or a CID as people copy them, and nothing else', () => {
  const digest = `0x${'ab'.repeat(32)}`;
  const cid = 'bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku';
  expect(readModelId(` ${digest.toUpperCase().replace('0X', '0x')}\n`)).toBe(digest);
  expect(readModelId(cid)).toBe(cid);
  for (const wrong of [
    '',
    '0x',
    digest.slice(2),
    `${digest}0`,
    cid.slice(0, -1),
    `${cid}a`,
    cid.replace('b', 'z'),
    'Qm',
  ])
    expect(readModelId(wrong)).toBeNull();
});
