import type { Digest } from '../../../src-shared/domain/ids.ts';
import type { PartyValue, Side } from '../../../src-shared/domain/disputes.ts';
import type { ChainDispute } from '../../chain/disputes-projection.ts';
import { agree } from '../../compute/verification/agree.ts';
import { largest } from '../../compute/verification/apart.ts';
import type { PartyFinding } from '../../compute/verification/judge-node.ts';
import type { Layout } from '../../compute/verification/layout.ts';
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

/**
 * Compares the runs that two sides showed. What a side shows must be usable and lead where the side stands: a solver's
 * run to its result, a contester's run elsewhere. The solver's is looked at first: who else is wrong does not help it.
 * @param owing who was asked for something and has not sent it yet, kept up to date
 * @throws what fetching throws; it is tried again then
 */
export async function compareSides(
  context: DisputeContext,
  dispute: ChainDispute,
  about: Subject,
  model: UsableModel,
  shown: { readonly claimant: ShownTrace; readonly defendant: ShownTrace },
  owing: Set<Side>,
): Promise<Settled> {
  const { manifest } = model;
  const { fields } = dispute;
  const published = await context.blobs.get(about.digest, wireBytes(manifest.outputs), about.solver);
  // Read and taken apart once a file of a side is here: until then it is tried again and again.
  let known: Promise<Layout> | null = null;
  const layout = (): Promise<Layout> => (known ??= layoutFor(context, model));
  const of = (side: Side): Promise<Usable | null> =>
    usable(model, layout, shown[side], async (digest, most) => {
      owing.add(side);
      const bytes = await context.blobs.get(digest, most, fields[side]);
      owing.delete(side);
      return bytes;
    });
  const defendant = await of('defendant');
  if (defendant === null) return unusable('defendant', 'the solver');
  if (agree(manifest, published, defendant.output).verdict !== 'same')
    return plain('defendant', 'The run that the solver shows leads to another result than the one it gave.');
  const claimant = await of('claimant');
  if (claimant === null) return unusable('claimant', 'the contester');
  if (agree(manifest, published, claimant.output).verdict === 'same')
    return plain('claimant', 'The contester’s own run leads to the result that it contests.');
  const outputs = manifest.outputs.map(({ name }) => name);
  const floats = wireTensors(manifest.outputs, published).filter(({ dtype }) => isFloat(dtype));
  const settlement = await settle({
    layout: await layout(),
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
  { manifest }: UsableModel,
  layout: () => Promise<Layout>,
  { file, root }: ShownTrace,
  fetched: (digest: Digest, most: number) => Promise<Uint8Array>,
): Promise<Usable | null> {
  const bytes = await fetched(file, MAX_TRACE_BYTES);
  try {
    const trace = readTrace(bytes, root);
    const named = new Set(trace.entries.map(({ name }) => name));
    // A run gives every value: one that is left out is left out on purpose.
    if (!(await layout()).nodes.every(({ writes }) => writes.every((name) => named.has(name)))) return null;
    const side: Party = {
      trace,
      tensor: async (entry) => entryTensor(entry, await fetched(entry.digest, entryBytes(entry))),
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

function unusable(wrong: Side, who: string): Settled {
  return plain(wrong, `What ${who} shows of its run cannot be read, or does not belong to this model.`);
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
