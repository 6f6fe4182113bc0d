import * as fc from 'fast-check';
import { base58btc } from 'multiformats/bases/base58';
import { CID } from 'multiformats/cid';
import { expect, test } from 'vitest';
import type { Digest } from '../../src-shared/domain/ids.ts';
import { cidToDigest, digestToCid, isCid } from './cid.ts';

// The id that every IPFS tool gives for the raw bytes "hello world".
const HELLO = 'bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e';
const HELLO_DIGEST = '0xb94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9' as Digest;

test('known content id', () => {
  expect(digestToCid(HELLO_DIGEST)).toBe(HELLO);
  expect(cidToDigest(HELLO)).toBe(HELLO_DIGEST);
});

test('digest -> cid -> digest for any 32 bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
      const digest = `0x${Buffer.from(bytes).toString('hex')}` as Digest;
      expect(cidToDigest(digestToCid(digest))).toBe(digest);
    }),
  );
});

test('one spelling only: other bases, codecs, versions, hashes and junk are refused', () => {
  const cid = CID.parse(HELLO);
  const others = [
    cid.toString(base58btc),
    HELLO.toUpperCase(),
    CID.createV1(0x71, cid.multihash).toString(),
    CID.createV0(cid.multihash as never).toString(),
    HELLO.slice(0, 58),
    `${HELLO}a`,
    'b'.repeat(59),
    'é'.repeat(59),
    '',
    'b'.repeat(1_000_000),
  ];
  for (const text of others) expect(isCid(text), text.slice(0, 70)).toBe(false);
  for (const digest of ['0x', '0x12', HELLO_DIGEST.slice(2), `${HELLO_DIGEST}00`]) {
    expect(() => digestToCid(digest as Digest)).toThrow(expect.objectContaining({ code: 'BAD_CID' }));
  }
});
