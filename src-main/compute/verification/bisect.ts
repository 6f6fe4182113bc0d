import type { Layout } from './layout.ts';

/** Where two runs of one graph part. */
export interface Parting {
  /** The node whose inputs agree and whose output does not; null: the runs agree wherever they were looked at. */
  readonly node: number | null;
  /** Nodes whose values were compared. */
  readonly rounds: number;
}

/**
 * Finds a node at which two runs part: what it reads agrees, what it computes does not. Bisection over the nodes in
 * their order, then up through inputs that differ; each step ends at an earlier node, so it ends, also in a graph whose
 * nodes are out of order. About log2(nodes)
 * comparisons for a chain (Verde, opML and NAO bisect alike).
 * @param agrees whether all values that a node computes are as near to each other as honest runs are
 * @param last the node whose values are known to differ
 */
export async function bisect(
  { nodes, writer }: Layout,
  last: number,
  agrees: (node: number) => Promise<boolean>,
): Promise<Parting> {
  const known = new Map<number, boolean>();
  const look = async (node: number): Promise<boolean> => {
    const before = known.get(node);
    if (before !== undefined) return before;
    const result = await agrees(node);
    known.set(node, result);
    return result;
  };
  if (await look(last)) return { node: null, rounds: known.size };
  let differing = last;
  for (;;) {
    // Everything before `low` need not agree in a graph with branches; the inputs are looked at for that.
    let low = 0;
    while (low < differing) {
      const middle = (low + differing) >> 1;
      if (await look(middle)) low = middle + 1;
      else differing = middle;
    }
    const here = differing;
    const readsFrom = (nodes[here]?.reads ?? [])
      .map((name) => writer.get(name) ?? 0)
      .filter((from) => from < here)
      .sort((a, b) => a - b);
    const cause = await firstThat(readsFrom, async (node) => !(await look(node)));
    if (cause === undefined) return { node: differing, rounds: known.size };
    differing = cause;
  }
}

async function firstThat(
  nodes: readonly number[],
  holds: (node: number) => Promise<boolean>,
): Promise<number | undefined> {
  for (const node of nodes) if (await holds(node)) return node;
  return undefined;
}
