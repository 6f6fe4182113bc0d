import { FolkmootError } from '../../src-shared/domain/errors.ts';

export type ContentErrorCode =
  /** The text is not a CIDv1 (raw, sha2-256), or the digest is not 32 bytes. */
  | 'BAD_CID'
  /** The bytes do not match their content id. */
  | 'CORRUPT'
  | 'BAD_MANIFEST'
  | 'NOT_FOUND'
  /** More bytes than the caller allowed. */
  | 'TOO_LARGE'
  | 'DISK_FULL';

/** Everything that can go wrong with content on this machine. */
export class ContentError extends FolkmootError {
  declare readonly code: ContentErrorCode;
  constructor(code: ContentErrorCode, message: string, options: { cause?: unknown; remedy?: string } = {}) {
    super(code, message, options);
  }
}

const NO_SPACE = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** Gives a full disk its own name; every other error passes unchanged. */
export function diskError(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined || !NO_SPACE.has(code)) return error;
  return new ContentError('DISK_FULL', 'The disk is full: the content could not be stored.', {
    cause: error,
    remedy: 'Free some space, or lower the storage quota in the settings.',
  });
}
