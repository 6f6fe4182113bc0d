import { parseEther } from 'ethers';
import { amount } from '../../src-shared/domain/amounts.ts';
import type { SandboxModel } from '../chain/sandbox/sandbox.ts';
import type { LibraryModel } from '../models/library.ts';

/** Author's fee of the models that ship, in the sandbox. */
const FEE = amount(parseEther('0.001'));

/** What the sandbox's registry holds from the start: the models that ship. */
export function sandboxModels(models: readonly LibraryModel[]): SandboxModel[] {
  return models
    .filter(({ builtIn }) => builtIn)
    .map(({ digest, manifest }) => ({
      digest,
      fee: FEE,
      runtime: manifest.runtime,
      class: manifest.verification.kind,
    }));
}
