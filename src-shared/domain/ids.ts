/** Branded strings: two ids of different things never mix, although both are text. */
declare const brand: unique symbol;
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** 0x + 40 hex digits, EIP-55 checksummed where shown to people. */
export type Address = Brand<string, 'Address'>;
/** 0x + 64 hex digits: keccak256 of the immutable fields of a task on chain. */
export type TaskId = Brand<string, 'TaskId'>;
/** 0x + 64 hex digits: keccak256 of the immutable fields of a batch on chain. */
export type BatchId = Brand<string, 'BatchId'>;
/** 0x + 64 hex digits: keccak256(registrar, manifest digest). */
export type ModelId = Brand<string, 'ModelId'>;
/** 0x + 64 hex digits: sha256 of content; the CIDv1 (raw, sha2-256) follows from it. */
export type Digest = Brand<string, 'Digest'>;
/** 0x + 64 hex digits. */
export type TxHash = Brand<string, 'TxHash'>;
/** libp2p peer id, base58 or base32 text. */
export type PeerId = Brand<string, 'PeerId'>;
/** CIDv1 as text, base32 lower case. */
export type Cid = Brand<string, 'Cid'>;
/** Amount of MOOT base units (1e-18) as a decimal string: safe in JSON, exact. */
export type Amount = Brand<string, 'Amount'>;
/** Milliseconds since 1970, UTC. */
export type Timestamp = number;
