import type { Address } from '../../../src-shared/domain/ids.ts';
import type { PartyValue } from '../../../src-shared/domain/disputes.ts';
import type { ChainDispute } from '../../chain/disputes-projection.ts';
import { agree } from '../../compute/verification/agree.ts';
import { largest } from '../../compute/verification/apart.ts';
import type { PartyFinding } from '../../compute/verification/judge-node.ts';
import { settle, type Party, type Settlement } from '../../compute/verification/settle.ts';
import { innerShare } from '../../compute/verification/share.ts';
import { entryBytes, entryTensor, MAX_TRACE_BYTES, readTrace, TraceError } from '../../compute/verification/trace.ts';
import { isFloat, numbersOf } from '../../compute/tensor.ts';
import type { UsableModel } from '../../models/catalogue.ts';
import { wireBytes } from '../../models/tensors.ts';
import type { DisputeContext } from '../context.ts';
import type { Subject } from '../subject.ts';
import type { Settled } from './bisection-rows.ts';
import type { ShownTrace } from './evidence.ts';
import { inputsOf, layoutFor, wireTensors } from './runs.ts';
import { partingText } from './words.ts';

/** One value that is fetched for a comparison. */
const MAX_VALUE_BYTES = 64 * 1024 * 1024;

/**
 * Compares the runs that two sides showed. What a side shows must be usable and lead where the side stands: a solver's
 * run to its result, a contester's run elsewhere.
 * @throws what fetching throws; it is tried again then
 */
export async function compareSides(
  context: DisputeContext,
  dispute: ChainDispute,
  about: Subject,
  model: UsableModel,
  shown: { readonly claimant: ShownTrace; readonly defendant: ShownTrace },
): Promise<Settled> {
  const { manifest } = model;
  const { fields } = dispute;
  const published = await context.blobs.get(about.digest, wireBytes(manifest.outputs), about.solver);
  const claimant = await usable(context, model, shown.claimant, fields.claimant);
  const defendant = await usable(context, model, shown.defendant, fields.defendant);
  if (claimant === null || defendant === null) {
    const [wrong, who] =
      claimant === null ? (['claimant', 'the contester'] as const) : (['defendant', 'the solver'] as const);
    if (claimant === null && defendant === null) return plain('unknown', 'Neither side shows a run that can be read.');
    return plain(wrong, `What ${who} shows of its run cannot be read, or does not belong to this model.`);
  }
  if (agree(manifest, published, defendant.output).verdict !== 'same')
    return plain('defendant', 'The run that the solver shows leads to another result than the one it gave.');
  if (agree(manifest, published, claimant.output).verdict === 'same')
    return plain('claimant', 'The contester’s own run leads to the result that it contests.');
  const outputs = manifest.outputs.map(({ name }) => name);
  const floats = wireTensors(manifest.outputs, published).filter(({ dtype }) => isFloat(dtype));
  const settlement = await settle({
    layout: await layoutFor(context, model),
    outputs,
    inputs: await inputsOf(context, about, model),
    claimant: claimant.party,
    defendant: defendant.party,
    share: innerShare(manifest.verification, Math.max(0, ...floats.map((one) => largest(numbersOf(one))))),
  });
  return described(settlement);
}

interface Usable {
  readonly party: Party;
  /** Its result, wire form. */
  readonly output: Uint8Array;
}

/** null: what the side shows is nothing that could be compared, and that is its own doing. */
async function usable(
  { blobs }: DisputeContext,
  { manifest }: UsableModel,
  { file, root }: ShownTrace,
  party: Address,
): Promise<Usable | null> {
  const bytes = await blobs.get(file, MAX_TRACE_BYTES, party);
  try {
    const trace = readTrace(bytes, root);
    const side: Party = {
      trace,
      tensor: async (entry) => {
        if (entryBytes(entry) > MAX_VALUE_BYTES) throw new TraceError('a value is too large');
        return entryTensor(entry, await blobs.get(entry.digest, entryBytes(entry), party));
      },
    };
    const parts: Uint8Array[] = [];
    for (const { name, dtype, shape } of manifest.outputs) {
      const entry = trace.entries.find((one) => one.name === name);
      if (entry === undefined || entry.dtype !== dtype || entry.shape.join() !== shape.join()) return null;
      parts.push((await side.tensor(entry)).bytes);
    }
    return { party: side, output: Buffer.concat(parts) };
  } catch (error) {
    if (error instanceof TraceError) return null;
    throw error;
  }
}

function plain(wrong: Settled['wrong'], text: string): Settled {
  return { wrong, text, parting: null };
}

function described({ wrong, at, nodes, rounds, bytes }: Settlement): Settled {
  if (at === null) return plain('unknown', 'The two runs are alike wherever they were looked at, but for their end.');
  const parting = {
    node: at.node + 1,
    nodes,
    op: at.op,
    rounds,
    bytes,
    claimant: valueOf(at.claimant),
    defendant: valueOf(at.defendant),
  };
  return { wrong, text: partingText(wrong, parting), parting };
}

/** JSON has no numbers that are none. */
function valueOf(found: PartyFinding | null): PartyValue | null {
  if (found === null) return null;
  const kept = (value: number): number | null => (Number.isFinite(value) ? value : null);
  return { value: kept(found.value), expected: kept(found.expected), bound: kept(found.bound), holds: found.holds };
}
