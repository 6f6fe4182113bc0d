import type { NamedTensor } from '../protocol.ts';
import type { Party } from './settle.ts';
import { TraceError, type TraceEntry } from './trace.ts';

/** Values held at once, bytes: what is asked for again after that lies on disk. */
const HELD_BYTES = 64 * 1024 * 1024;

/** A party as the search and the judge read it: each value is fetched once, or nearly so. */
export class Side {
  readonly entries: ReadonlyMap<string, TraceEntry>;
  readonly #party: Party;
  readonly #values = new Map<string, Promise<NamedTensor | null>>();
  readonly #counted = new Set<string>();
  #held = 0;
  /** Bytes of values that arrived. */
  bytes = 0;

  constructor(party: Party) {
    this.#party = party;
    this.entries = new Map(party.trace.entries.map((entry) => [entry.name, entry]));
  }

  /** null: the party does not show that value, or what it shows cannot be read. */
  async value(name: string): Promise<NamedTensor | null> {
    const entry = this.entries.get(name);
    if (entry === undefined) return null;
    const known = this.#values.get(name);
    if (known !== undefined) return known;
    const coming = this.#fetch(entry);
    this.#values.set(name, coming);
    return coming;
  }

  async #fetch(entry: TraceEntry): Promise<NamedTensor | null> {
    try {
      const tensor = await this.#party.tensor(entry);
      if (!this.#counted.has(entry.name)) this.bytes += tensor.bytes.length;
      this.#counted.add(entry.name);
      this.#held += tensor.bytes.length;
      if (this.#held > HELD_BYTES) {
        this.#values.clear();
        this.#held = 0;
      }
      return tensor;
    } catch (error) {
      if (error instanceof TraceError) return null;
      throw error;
    }
  }
}
