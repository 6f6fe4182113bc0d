import { FolkmootError } from '../../src-shared/domain/errors.ts';

/** `DISPUTE_NOT_FOUND`, `CANNOT_CONTEST`, `CANNOT_VOTE`, `CANNOT_APPEAL`, `NOT_VOTING`, `WALLET_LOCKED` */
export class DisputeError extends FolkmootError {}
