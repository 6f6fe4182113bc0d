import { FolkmootError } from '../../src-shared/domain/errors.ts';

/**
 * `CHAIN_GONE` (no answer), `CHAIN_WRONG` (another chain answers), `CHAIN_REFUSED` (the contract said no), `CHAIN_BUSY` (the endpoint
 * answered with trouble of its own), `NETWORK_FILE`, `SANDBOX`, `SANDBOX_STATE` (it cannot be continued).
 */
export class ChainError extends FolkmootError {}

export function chainGone(endpoint: string, cause: unknown): ChainError {
  return new ChainError('CHAIN_GONE', `The chain at ${endpoint} does not answer.`, {
    cause,
    remedy: 'Nothing is lost: what was under way continues as soon as it is back.',
  });
}
