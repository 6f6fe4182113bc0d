import type { NamedTensor } from '../protocol.ts';
import { bisect } from './bisect.ts';
import { judgeNode, type NodeFinding } from './judge-node.ts';
import type { Layout } from './layout.ts';
import { apart } from './apart.ts';
import { Side } from './side.ts';
import type { Trace, TraceEntry } from './trace.ts';

/** One side of a case: what it committed to, and how to get at the values themselves. */
export interface Party {
  readonly trace: Trace;
  /** @throws TraceError and what fetching throws */
  tensor(entry: TraceEntry): Promise<NamedTensor>;
}

export interface Case {
  readonly layout: Layout;
  /** Names of the graph's outputs. */
  readonly outputs: readonly string[];
  /** The input of the task, which both sides started from. */
  readonly inputs: readonly NamedTensor[];
  readonly claimant: Party;
  readonly defendant: Party;
  /** See `innerShare`. */
  readonly share: number;
}

/** What the bisection found. */
export interface Settlement {
  /** `nobody`: at the node where they part, both computed what their own inputs give. `unknown`: it cannot be judged. */
  readonly wrong: 'claimant' | 'defendant' | 'both' | 'nobody' | 'unknown';
  /** null: the two runs do not part anywhere. */
  readonly at: NodeFinding | null;
  readonly nodes: number;
  /** Nodes whose values were compared. */
  readonly rounds: number;
  /** Bytes of values that were fetched for it. */
  readonly bytes: number;
}

/** Results that differ may be alike by the share of their largest value: then it is looked at more closely, up to this. */
const FINER = 16;
const FINEST = 2 ** -26;

/**
 * Who of two parties computed wrongly: finds a node where they part, and recomputes there, in float64 and from each
 * party's own inputs, the values that differ most. An honest party passes whatever its inputs are, since it is judged by
 * its own; who changed a value fails there, or would have had to change the inputs too.
 */
export async function settle(facts: Case): Promise<Settlement> {
  const { layout, outputs, claimant, defendant } = facts;
  const [one, other] = [new Side(claimant), new Side(defendant)];
  const looked = new Set<number>();
  const agreesWithin =
    (share: number) =>
    async (node: number): Promise<boolean> => {
      looked.add(node);
      for (const name of layout.nodes[node]?.writes ?? []) {
        const [a, b] = [one.entries.get(name), other.entries.get(name)];
        // What neither shows differs for nobody; what only one shows differs.
        if (a === undefined && b === undefined) continue;
        if (a === undefined || b === undefined) return false;
        if (a.digest === b.digest && a.dtype === b.dtype && a.shape.join() === b.shape.join()) continue;
        const [mine, theirs] = await Promise.all([one.value(name), other.value(name)]);
        if (mine === null || theirs === null || (await apart(mine, theirs, share))) return false;
      }
      return true;
    };
  const found = (): Pick<Settlement, 'nodes' | 'rounds' | 'bytes'> => ({
    nodes: layout.nodes.length,
    rounds: looked.size,
    bytes: one.bytes + other.bytes,
  });
  const lasts = outputs.flatMap((name) => layout.writer.get(name) ?? []);
  for (let share = facts.share; share >= FINEST; share /= FINER) {
    for (const last of lasts) {
      const { node } = await bisect(layout, last, agreesWithin(share));
      if (node === null) continue;
      const at = await judgeNode(facts, node, one, other);
      return { ...found(), at, wrong: wrongAt(at) };
    }
  }
  return { ...found(), at: null, wrong: 'unknown' };
}

function wrongAt({ claimant, defendant }: NodeFinding): Settlement['wrong'] {
  if (claimant === null || defendant === null) {
    if (claimant?.holds === false) return 'claimant';
    return defendant?.holds === false ? 'defendant' : 'unknown';
  }
  if (claimant.holds) return defendant.holds ? 'nobody' : 'defendant';
  return defendant.holds ? 'claimant' : 'both';
}
