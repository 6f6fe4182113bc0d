import { base58btc } from 'multiformats/bases/base58';
import { CID } from 'multiformats/cid';
import { expect, test } from 'vitest';
import { inputs } from '../bridge/calls.ts';
import { parseDigest } from './content-id.ts';

// The id that every IPFS tool gives for the raw bytes "hello world".
const CID_TEXT = 'bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e';
const DIGEST = '0xb94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9';

test('a digest in either case and a content id are the same, with space around them', () => {
  for (const text of [DIGEST, DIGEST.toUpperCase().replace('0X', '0x'), ` ${DIGEST}\n`, CID_TEXT, `\t${CID_TEXT} `])
    expect(parseDigest(text), text).toBe(DIGEST);
});

test('nothing else is taken for one', () => {
  const cid = CID.parse(CID_TEXT);
  const others = [
    '',
    '0x',
    DIGEST.slice(2),
    DIGEST.slice(0, -1),
    `${DIGEST}0`,
    DIGEST.replace('b9', 'bg'),
    CID_TEXT.toUpperCase(),
    CID_TEXT.slice(0, -1),
    `${CID_TEXT}a`,
    `ipfs://${CID_TEXT}`,
    cid.toString(base58btc),
    CID.createV0(cid.multihash as never).toString(),
    // dag-pb, as IPFS names folders.
    CID.createV1(0x70, cid.multihash).toString(),
    'b'.repeat(59),
    'é'.repeat(59),
    'b'.repeat(1_000_000),
  ];
  for (const text of others) expect(parseDigest(text), text.slice(0, 80)).toBeNull();
});

test('the call that brings a model takes both, and refuses anything else in words', () => {
  const call = inputs['models.fetch'];
  expect(call.parse({ model: CID_TEXT })).toEqual({ model: DIGEST });
  expect(call.parse({ model: DIGEST })).toEqual({ model: DIGEST });
  expect(call.safeParse({ model: 'digits' }).error?.issues[0]?.message).toContain('or a content id');
});
