export { BlobStore, type BlobInfo, type PutOptions } from './blob-store.ts';
export { cidToDigest, digestToCid, isCid } from './cid.ts';
export { ContentError, type ContentErrorCode } from './errors.ts';
export { CHUNK_BYTES, MAX_BLOB_BYTES, type Manifest } from './manifest.ts';
export { Pins } from './pins.ts';
export { evict, listBlobs, type EvictionReport, type StoredBlob } from './quota.ts';
