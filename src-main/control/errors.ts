import { FolkmootError } from '../../src-shared/domain/errors.ts';

/**
 * `PROFILE_BUSY`: another node owns the profile. `NO_NODE`: none runs on it. `CONTROL_REFUSED`: it runs but did not
 * let us in. `PROFILE_UNUSABLE`: the folder cannot be made, read or locked.
 */
export class ControlError extends FolkmootError {}
