import type { z } from 'zod';
import type { Pool } from '../compute/pool.ts';
import type { Log } from '../log.ts';
import { fingerprint } from '../machine/devices.ts';
import { poolLanes } from '../machine/lanes.ts';
import type { Machine } from '../machine/machine.ts';
import { SpeedProofs } from '../machine/speed-proofs.ts';
import { SpeedWatch } from '../machine/speed-watch.ts';
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
  readonly parts: Pick<NetworkParts, 'network' | 'meeting' | 'speedBook'>;
  readonly settings: Settings;
  readonly changed: () => void;
  readonly log: Log;
}

/** Proofs of speed as this node gives and asks for them: with the exact models that ship, which every node has. */
export function speedPart(needs: SpeedPartNeeds): SpeedWatch {
  const { machine, pool, library, models, parts, changed, log } = needs;
  const lanes = poolLanes(pool);
  const free = (): boolean =>
    machine.heldUp() === null && lanes.waiting() === 0 && lanes.reports().every(({ state }) => state !== 'busy');
  const settings = {
    kept: <T>(key: string, schema: z.ZodType<T>, fallback: T): T => needs.settings.get(key, schema, fallback),
    keep: (key: string, value: unknown): void => needs.settings.set(key, value),
  };
  const proofs = new SpeedProofs({
    models: () =>
      Promise.all(
        models()
          .filter(usable)
          .map((model) => proofModel(model, pool, library)),
      ),
    free,
    settings,
    devices: () =>
      lanes
        .reports()
        .filter(({ duty, stopped }) => duty > 0 && !stopped)
        .map(({ device, provider, duty }) => ({
          device,
          provider: provider ?? (device === 'cpu' ? 'cpu' : null),
          duty,
        })),
    mark: () => (machine.facts === null ? '' : fingerprint(machine.facts)),
    answer: (id, answer) => parts.network.answerProof(id, answer),
    ask: (peer, request) => parts.network.askProof(peer, request),
    log,
  });
  parts.network.onProof((question) => void proofs.answer(question));
  let told = '';
  return new SpeedWatch({
    proofs,
    book: parts.speedBook,
    peers: () => parts.meeting.claims(),
    modelName: (digest) => models().find((model) => model.digest === digest && usable(model))?.manifest.name ?? null,
    free,
    heldUp: () => machine.heldUp()?.why ?? null,
    // What was measured anew, after a change of the machine, is told anew; each time costs a signature.
    publish: async () => {
      const claims = await proofs.claims();
      const text = JSON.stringify(claims);
      if (claims.length === 0 || text === told) return;
      await parts.meeting.claim(claims);
      told = text;
    },
    fault: (peer, reason) => parts.network.fault(peer, reason),
    settings,
    changed,
    log,
  });
}

/** Any bytes are a valid input, and the same bytes come out everywhere. */
function usable({ builtIn, manifest }: LibraryModel): boolean {
  return builtIn && manifest.verification.kind === 'exact' && manifest.inputs.every(({ dtype }) => dtype === 'uint8');
}

async function proofModel({ digest, manifest }: LibraryModel, pool: Pool, library: ModelLibrary): Promise<ProofModel> {
  const modelPath = await library.pathOf(digest);
  // After everything that is paid for, or promised.
  const job = {
    key: 'proof',
    source: 'proofs',
    priority: 'benchmark',
    manifest,
    modelPath,
    timeoutMs: RUN_MS,
  } as const;
  return {
    digest,
    inputBytes: wireBytes(manifest.inputs),
    run: async (input, device) =>
      (await pool.run({ ...job, input, ...(device === undefined ? {} : { device }) })).output,
  };
}
