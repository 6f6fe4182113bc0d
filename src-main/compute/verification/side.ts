import type { NamedTensor } from '../protocol.ts';
import type { Party } from './settle.ts';
import type { TraceEntry } from './trace.ts';

/** A party as the search and the judge read it: each value is fetched once. */
export class Side {
  readonly entries: ReadonlyMap<string, TraceEntry>;
  readonly #party: Party;
  readonly #values = new Map<string, Promise<NamedTensor>>();
  /** Bytes of values that arrived. */
  bytes = 0;

  constructor(party: Party) {
    this.#party = party;
    this.entries = new Map(party.trace.entries.map((entry) => [entry.name, entry]));
  }

  /** null: the party does not show that value. */
  async value(name: string): Promise<NamedTensor | null> {
    const entry = this.entries.get(name);
    if (entry === undefined) return null;
    const known = this.#values.get(name);
    if (known !== undefined) return known;
    const coming = this.#party.tensor(entry);
    this.#values.set(name, coming);
    const tensor = await coming;
    this.bytes += tensor.bytes.length;
    return tensor;
  }
}
