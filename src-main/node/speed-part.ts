import type { Pool } from '../compute/pool.ts';
import type { Log } from '../log.ts';
import { poolLanes } from '../machine/lanes.ts';
import type { Machine } from '../machine/machine.ts';
import { SpeedProofs } from '../machine/speed-proofs.ts';
import type { ProofModel } from '../machine/speed-proof.ts';
import type { LibraryModel, ModelLibrary } from '../models/library.ts';
import { wireBytes } from '../models/tensors.ts';
import type { Settings } from '../store/settings.ts';
import type { NetworkParts } from './network-parts.ts';

const RUN_MS = 10_000;

export interface SpeedPartNeeds {
  readonly machine: Machine;
  readonly pool: Pool;
  readonly library: ModelLibrary;
  readonly models: () => readonly LibraryModel[];
  readonly parts: Pick<NetworkParts, 'network'>;
  readonly settings: Settings;
  readonly log: Log;
}

/** Proofs of speed as this node gives and asks for them: with the exact models that ship, which every node has. */
export function speedPart({ machine, pool, library, models, parts, settings, log }: SpeedPartNeeds): SpeedProofs {
  const lanes = poolLanes(pool);
  const speed = new SpeedProofs({
    models: () =>
      Promise.all(
        models()
          .filter(usable)
          .map((model) => proofModel(model, pool, library)),
      ),
    free: () =>
      machine.heldUp() === null && lanes.waiting() === 0 && lanes.reports().every(({ state }) => state !== 'busy'),
    settings: {
      kept: (key, schema, fallback) => settings.get(key, schema, fallback),
      keep: (key, value) => settings.set(key, value),
    },
    mark: () => `${machine.facts?.processor ?? ''} ${machine.facts?.cores ?? ''}`,
    answer: (id, answer) => parts.network.answerProof(id, answer),
    ask: (peer, request) => parts.network.askProof(peer, request),
    log,
  });
  parts.network.onProof((question) => void speed.answer(question));
  return speed;
}

/** Any bytes are a valid input, and the same bytes come out everywhere. */
function usable({ builtIn, manifest }: LibraryModel): boolean {
  return builtIn && manifest.verification.kind === 'exact' && manifest.inputs.every(({ dtype }) => dtype === 'uint8');
}

async function proofModel({ digest, manifest }: LibraryModel, pool: Pool, library: ModelLibrary): Promise<ProofModel> {
  const modelPath = await library.pathOf(digest);
  return {
    digest,
    inputBytes: wireBytes(manifest.inputs),
    run: async (input) =>
      (await pool.run({ key: 'proof', source: 'proofs', manifest, modelPath, input, timeoutMs: RUN_MS })).output,
  };
}
