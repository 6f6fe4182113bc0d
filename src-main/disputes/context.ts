import type { Digest } from '../../src-shared/domain/ids.ts';
import type { NamedTensor } from '../compute/protocol.ts';
import type { Compute } from '../tasks/rerun.ts';
import type { TaskContext } from '../tasks/context.ts';
import type { Settings } from '../store/settings.ts';

/** What this node needs before the court, besides what tasks need. */
export interface DisputeContext extends TaskContext {
  readonly settings: Settings;
  readonly compute: Compute;
  /** Runs a model and gives every value that its nodes compute, without any optimisation of the graph. */
  readonly probe: (job: Parameters<Compute>[0]) => Promise<readonly NamedTensor[]>;
  /** Bytes of a model that is here, checked. @throws LibraryError, ModelChangedError */
  readonly modelFile: (digest: Digest) => Promise<Uint8Array>;
  /** Vault balance that is ready to pay, base units; null while unknown. */
  readonly prepaid: () => bigint | null;
  /** Play money: every node is a juror until its person says no. */
  readonly sandbox: boolean;
  /**
   * Asks for a block: a draw waits for one, and a chain that mines only what it is sent may not make it by itself. Only
   * the sandbox has that.
   */
  readonly nudge: () => void;
}
