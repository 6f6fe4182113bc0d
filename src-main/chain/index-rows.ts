import type { Address, BatchId, Digest, ModelId, TaskId } from '../../src-shared/domain/ids.ts';
import type { Store } from '../store/open.ts';
import { foldBatch, itemIdOf, MAX_ROOTS, type ChainBatch } from './batches-projection.ts';
import { foldDispute, hasRoom, repayable, type CaseFields, type ChainDispute } from './disputes-projection.ts';
import type { ChainEvent } from './events.ts';
import { itemsOf } from './masks.ts';
import { foldModel, type ChainModel } from './models-projection.ts';
import { foldJob, type ChainJob } from './replicas-projection.ts';
import { foldTask, MAX_COMMITMENTS, type ChainTask } from './tasks-projection.ts';

export interface StoredBlock {
  readonly number: number;
  readonly hash: string;
  readonly time: number;
}

const CASE = 'case-';

type EventRow = Omit<ChainEvent, 'logIndex' | 'args'> & { log_index: number; args: string };

/** Anyone may cause these events, any number of times. */
const KEPT = new Map([
  ['Committed', MAX_COMMITMENTS],
  ['RootCommitted', MAX_ROOTS],
]);
/** What the court says a second time, in the words of a standard. */
const TOLD_TWICE = new Set(['DisputeCreation', 'Dispute', 'AppealPossible', 'AppealDecision']);
/** Signs of life and signals come from everybody, again and again, and are asked for instead. */
const ASKED_FOR = new Set(['Seen', 'SupportSignalled', 'SupportWithdrawn', 'SupportTrimmed', 'SupportRefreshed']);
/** Headers further below the newest are forgotten; a reorg that deep reads everything anew. */
const KEPT_BLOCKS = 10_000;

/** Blocks, events and what follows from them. Projections are always the fold of the stored events. */
export class IndexRows {
  readonly #db: Store;

  constructor(db: Store) {
    this.#db = db;
  }

  tip(): StoredBlock | undefined {
    return this.#db.prepare('SELECT * FROM blocks ORDER BY number DESC LIMIT 1').get() as StoredBlock | undefined;
  }

  blocksBelow(number: number, limit: number): StoredBlock[] {
    return this.#db
      .prepare('SELECT * FROM blocks WHERE number <= ? ORDER BY number DESC LIMIT ?')
      .all(number, limit) as StoredBlock[];
  }

  /** One batch, all or nothing. @returns subjects whose projection changed. */
  append(blocks: readonly StoredBlock[], events: readonly ChainEvent[]): Set<string> {
    return this.#db.transaction(() => {
      const block = this.#db.prepare('INSERT OR REPLACE INTO blocks (number, hash, time) VALUES (?, ?, ?)');
      for (const { number, hash, time } of blocks) block.run(number, hash, time);
      this.#db.prepare('DELETE FROM blocks WHERE number < (SELECT max(number) FROM blocks) - ?').run(KEPT_BLOCKS);
      const subjects = new Set<string>();
      for (const event of events) if (this.#insert(event)) subjects.add(event.subject);
      return this.#project(subjects);
    })();
  }

  /** Forgets everything above `ancestor` and folds what is left. */
  rollback(ancestor: number): Set<string> {
    return this.#db.transaction(() => {
      const gone = this.#db.prepare('SELECT DISTINCT subject FROM events WHERE block > ?').all(ancestor) as Array<{
        subject: string;
      }>;
      this.#db.prepare('DELETE FROM events WHERE block > ?').run(ancestor);
      this.#db.prepare('DELETE FROM blocks WHERE number > ?').run(ancestor);
      return this.#project(new Set(gone.map((row) => row.subject)));
    })();
  }

  /** @returns whether it can matter. Anyone may commit to any task any number of times: what no fold keeps is not stored. */
  #insert(e: ChainEvent): boolean {
    if (e.subject === '') return false;
    // Of the vault only what cannot be asked for: what was taken from whom, and why.
    if (e.contract === 'vault' && e.name !== 'Slashed' && e.name !== 'Suspended') return false;
    if (TOLD_TWICE.has(e.name) || ASKED_FOR.has(e.name)) return false;
    const most = KEPT.get(e.name);
    if (most !== undefined && this.#count(e.subject, e.name) >= most) return false;
    if (e.name === 'Evidence' && !this.#hasRoom(e)) return false;
    // Nobody can mean a batch that does not exist yet.
    if (e.name === 'RootCommitted' && this.#count(e.subject, 'BatchSubmitted') === 0) return false;
    this.#db
      .prepare(
        'INSERT OR REPLACE INTO events (block, log_index, tx, contract, name, subject, args, time) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      )
      .run(e.block, e.logIndex, e.tx, e.contract, e.name, e.subject, JSON.stringify(e.args), e.time);
    return true;
  }

  #count(subject: string, name: string): number {
    const { n } = this.#db
      .prepare('SELECT count(*) AS n FROM events WHERE subject = ? AND name = ?')
      .get(subject, name) as { n: number };
    return n;
  }

  /** Projections follow at the end of a batch of events, so this looks at the events themselves. */
  #hasRoom({ subject, args }: ChainEvent): boolean {
    const of = (name: string): Array<ChainEvent['args']> =>
      (
        this.#db.prepare('SELECT args FROM events WHERE subject = ? AND name = ?').all(subject, name) as Array<{
          args: string;
        }>
      ).map((row) => JSON.parse(row.args) as ChainEvent['args']);
    const fields = of('Opened')[0]?.['case_'] as unknown as CaseFields | undefined;
    const evidence = of('Evidence').map((shown) => ({ party: shown['party'] as Address }));
    return fields !== undefined && hasRoom({ evidence, fields }, args['party'] as Address);
  }

  #posted(batch: string): ChainEvent['args'] | undefined {
    const row = this.#db
      .prepare(`SELECT args FROM events WHERE subject = ? AND contract = 'batches' AND name = 'BatchSubmitted'`)
      .get(batch) as { args: string } | undefined;
    return row === undefined ? undefined : (JSON.parse(row.args) as ChainEvent['args']);
  }

  batch(id: BatchId): ChainBatch | undefined {
    const row = this.#db.prepare('SELECT value FROM chain_batches WHERE id = ?').get(id) as
      | { value: string }
      | undefined;
    return row === undefined ? undefined : (JSON.parse(row.value) as ChainBatch);
  }

  /** What a batch was posted with, by item: `onChain` as 0x hex, otherwise `digests` of what peers have. */
  batchInputs(id: BatchId): { readonly onChain: readonly string[]; readonly digests: readonly Digest[] } {
    const args = this.#posted(id);
    return { onChain: (args?.['inputs'] ?? []) as string[], digests: (args?.['inputDigests'] ?? []) as Digest[] };
  }

  task(id: TaskId): ChainTask | undefined {
    const row = this.#db.prepare('SELECT value FROM chain_tasks WHERE id = ?').get(id) as { value: string } | undefined;
    return row === undefined ? undefined : (JSON.parse(row.value) as ChainTask);
  }

  /** The batch of an item that somebody solved, by the id of the item. */
  batchOfItem(id: TaskId): { readonly batch: ChainBatch; readonly item: number } | undefined {
    const row = this.#db.prepare('SELECT batch, item FROM chain_items WHERE id = ?').get(id) as
      | { batch: BatchId; item: number }
      | undefined;
    const batch = row === undefined ? undefined : this.batch(row.batch);
    return row === undefined || batch === undefined ? undefined : { batch, item: row.item };
  }

  /** All that a solver had sealed of a run, also what others had taken before: the leaves of its root. */
  sealedIn(batch: BatchId, run: string): Array<readonly [item: number, digest: Digest]> {
    const row = this.#db
      .prepare(
        `SELECT args FROM events WHERE subject = ? AND contract = 'batches' AND name = 'RunRevealed' AND json_extract(args, '$.runId') = ?`,
      )
      .get(batch, run) as { args: string } | undefined;
    if (row === undefined) return [];
    const { committed, digests } = JSON.parse(row.args) as { committed: string; digests: Digest[] };
    return itemsOf(BigInt(committed)).flatMap((item, place) => {
      const digest = digests[place];
      return digest === undefined ? [] : [[item, digest] as const];
    });
  }

  /** A task that several machines must agree on. */
  job(id: TaskId): ChainJob | undefined {
    const row = this.#db.prepare('SELECT value FROM chain_jobs WHERE id = ?').get(id) as { value: string } | undefined;
    return row === undefined ? undefined : (JSON.parse(row.value) as ChainJob);
  }

  /** The job that a seat belongs to, by the id of the seat. */
  jobOfSeat(id: TaskId): ChainJob | undefined {
    const row = this.#db.prepare('SELECT job FROM chain_seats WHERE id = ?').get(id) as { job: TaskId } | undefined;
    return row === undefined ? undefined : this.job(row.job);
  }

  dispute(id: string): ChainDispute | undefined {
    const row = this.#db.prepare('SELECT value FROM chain_disputes WHERE id = ?').get(id) as
      | { value: string }
      | undefined;
    return row === undefined ? undefined : (JSON.parse(row.value) as ChainDispute);
  }

  models(): ChainModel[] {
    const rows = this.#db.prepare('SELECT value FROM chain_models ORDER BY rowid').all() as Array<{ value: string }>;
    return rows.map((row) => JSON.parse(row.value) as ChainModel);
  }

  model(id: ModelId): ChainModel | undefined {
    const row = this.#db.prepare('SELECT value FROM chain_models WHERE id = ?').get(id) as
      | { value: string }
      | undefined;
    return row === undefined ? undefined : (JSON.parse(row.value) as ChainModel);
  }

  /** The same manifest may be registered by several people: the oldest active registration counts. */
  modelByDigest(digest: Digest): ChainModel | undefined {
    const rows = this.#db
      .prepare('SELECT value FROM chain_models WHERE digest = ? ORDER BY rowid')
      .all(digest) as Array<{ value: string }>;
    return rows.map((row) => JSON.parse(row.value) as ChainModel).find((model) => model.active);
  }

  #project(subjects: Set<string>): Set<string> {
    for (const subject of subjects) {
      const events = this.#eventsOf(subject);
      this.#projectTask(subject, events);
      this.#projectBatch(subject, events);
      this.#projectJob(subject, events);
      this.#projectModel(subject, events);
      if (subject.startsWith(CASE)) this.#projectDispute(subject.slice(CASE.length), events);
    }
    return subjects;
  }

  #eventsOf(subject: string): ChainEvent[] {
    const rows = this.#db
      .prepare('SELECT * FROM events WHERE subject = ? ORDER BY block, log_index')
      .all(subject) as EventRow[];
    return rows.map(({ log_index, args, ...row }) => ({
      ...row,
      logIndex: log_index,
      args: JSON.parse(args) as ChainEvent['args'],
    }));
  }

  #projectTask(id: string, events: readonly ChainEvent[]): void {
    const task = events.filter((event) => event.contract === 'market').reduce<ChainTask | null>(foldTask, null);
    if (task === null) return void this.#db.prepare('DELETE FROM chain_tasks WHERE id = ?').run(id);
    this.#db
      .prepare(
        `INSERT INTO chain_tasks (id, state, model, requester, solver, block, value, deadline, fee) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET state = excluded.state, solver = excluded.solver, value = excluded.value`,
      )
      .run(
        id,
        task.state,
        task.fields.model,
        task.fields.requester,
        task.solution?.solver ?? null,
        task.posted.block,
        JSON.stringify(task),
        Number(task.fields.deadline),
        task.fields.fee.padStart(25, '0'),
      );
  }

  #projectBatch(id: string, events: readonly ChainEvent[]): void {
    const batch = events.filter((event) => event.contract === 'batches').reduce<ChainBatch | null>(foldBatch, null);
    this.#db.prepare('DELETE FROM chain_items WHERE batch = ?').run(id);
    if (batch === null) return void this.#db.prepare('DELETE FROM chain_batches WHERE id = ?').run(id);
    const item = this.#db.prepare('INSERT INTO chain_items (id, batch, item) VALUES (?, ?, ?)');
    for (const { taken } of batch.runs) {
      for (const each of itemsOf(BigInt(taken))) item.run(itemIdOf(batch.id, each), id, each);
    }
    const { model, requester, deadline, fee } = batch.fields;
    this.#db
      .prepare(
        `INSERT OR REPLACE INTO chain_batches (id, state, model, requester, block, deadline, fee, value) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        id,
        batch.state,
        model,
        requester,
        batch.posted.block,
        deadline,
        fee.padStart(25, '0'),
        JSON.stringify(batch),
      );
  }

  #projectJob(id: string, events: readonly ChainEvent[]): void {
    const job = events.filter((event) => event.contract === 'replicas').reduce<ChainJob | null>(foldJob, null);
    this.#db.prepare('DELETE FROM chain_seats WHERE job = ?').run(id);
    if (job === null) return void this.#db.prepare('DELETE FROM chain_jobs WHERE id = ?').run(id);
    const { state, fields, posted, taken } = job;
    const { model, requester, deadline, fee } = fields;
    this.#db
      .prepare(
        `INSERT INTO chain_jobs (id, state, model, requester, block, deadline, fee, value) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET state = excluded.state, value = excluded.value`,
      )
      .run(id, state, model, requester, posted.block, deadline, fee.padStart(25, '0'), JSON.stringify(job));
    const seat = this.#db.prepare('INSERT INTO chain_seats (id, job, solver, value) VALUES (?, ?, ?, ?)');
    for (const one of taken) seat.run(one.id, id, one.solver, JSON.stringify(one));
  }

  #projectModel(id: string, events: readonly ChainEvent[]): void {
    const model = events.filter((event) => event.contract === 'registry').reduce<ChainModel | null>(foldModel, null);
    if (model === null) return void this.#db.prepare('DELETE FROM chain_models WHERE id = ?').run(id);
    this.#db
      .prepare(
        `INSERT INTO chain_models (id, digest, value) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET value = excluded.value`,
      )
      .run(id, model.digest, JSON.stringify(model));
  }

  #projectDispute(id: string, events: readonly ChainEvent[]): void {
    const dispute = events.reduce<ChainDispute | null>(foldDispute, null);
    if (dispute === null) return void this.#db.prepare('DELETE FROM chain_disputes WHERE id = ?').run(id);
    const { state, subject, fields, terms } = dispute;
    this.#db
      .prepare(
        `INSERT OR REPLACE INTO chain_disputes (id, state, owed, task, claimant, defendant, opened_at, value) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        id,
        state,
        repayable(dispute).length > 0 ? 1 : 0,
        subject,
        fields.claimant,
        fields.defendant,
        terms.openedAt * 1_000,
        JSON.stringify(dispute),
      );
  }
}
