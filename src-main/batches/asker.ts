import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { LinesInput, TaskInput } from '../../src-shared/bridge/calls.ts';
import { amount, shortMoot, units } from '../../src-shared/domain/amounts.ts';
import type { Amount, BatchId, Digest } from '../../src-shared/domain/ids.ts';
import type { LineView, Quote, TaskView } from '../../src-shared/domain/tasks.ts';
import { digestIn, runWith, type ChainBatch } from '../chain/batches-projection.ts';
import type { IndexChange } from '../chain/indexer.ts';
import { AskError } from '../tasks/asker.ts';
import type { TaskContext } from '../tasks/context.ts';
import { previewInput, wireInput } from '../tasks/input.ts';
import { REFUND_RETRY_MS } from '../tasks/market-lane.ts';
import { LIFETIME_S, obstacleTo } from '../tasks/quote.ts';
import { Retries } from '../tasks/retries.ts';
import { story } from '../tasks/story.ts';
import { NOBODY } from '../tasks/view.ts';
import { Answers, type Missing } from './answers.ts';
import { BatchAskRows, type BatchAsk } from './batch-ask-rows.ts';
import { onChain, refundBatchCall, retractBatchCall, submitBatchCall } from './batch-calls.ts';
import { batchSteps, times } from './story.ts';
import { batchView, lineView } from './view.ts';

/** Seconds that each item adds to the life of a batch. */
const LIFETIME_PER_ITEM_S = 30;

/** Of the market's class that batches are asked in. */
export interface BatchTerms {
  readonly class: number;
  /** In 1/10,000. */
  readonly treasuryBps: number;
  readonly minFee: bigint;
}

export interface BatchOrder {
  readonly model: Digest;
  /** Of one item. */
  readonly fee: Amount;
  readonly inputs: LinesInput;
}

export interface BatchAskerNeeds {
  readonly terms: () => BatchTerms | null;
  readonly prepaid: () => Amount | null;
  readonly changed: (key: string) => void;
}

/** The asking side of batches: posts them, fetches and checks each answer, takes the money of what nobody solved back. */
export class BatchAsker {
  readonly #context: TaskContext;
  readonly #needs: BatchAskerNeeds;
  readonly #rows: BatchAskRows;
  readonly #answers: Answers;
  readonly #retries = new Retries();

  constructor(context: TaskContext, needs: BatchAskerNeeds) {
    this.#context = context;
    this.#needs = needs;
    this.#rows = new BatchAskRows(context.db);
    this.#answers = new Answers(context, this.#rows, needs.changed);
    context.outbox.onChange((row) => {
      if (row.key.startsWith(POST)) this.#posted(row.key.slice(POST.length));
    });
  }

  /** Amounts but the fee are those of all items together. */
  quote(model: Digest, fee: Amount, items: number): Quote {
    const { chain } = this.#context.catalogue.usable(model);
    const terms = this.#needs.terms();
    const total = times(amount(units(fee) + units(chain.fee)), items);
    const prepaid = this.#needs.prepaid() ?? amount(0n);
    const treasury = terms === null ? 0n : (units(fee) * BigInt(terms.treasuryBps)) / 10_000n;
    return {
      fee,
      machines: 1,
      modelFee: times(chain.fee, items),
      checks: amount(0n),
      total,
      treasuryShare: times(amount(treasury), items),
      prepaid,
      obstacle: obstacleTo(units(fee), units(total), units(prepaid), terms),
      finalAfterSeconds: chain.claimWindow,
      refundAfterSeconds: lifetimeOf(items),
    };
  }

  /** @returns the key under which it is followed. @throws AskError, CatalogueError, input errors: nothing was paid then. */
  async ask({ model, fee, inputs: given }: BatchOrder, uploads: (id: string) => Uint8Array): Promise<string> {
    const { catalogue, outbox, chain, db, steps, blobs, canSign } = this.#context;
    const { manifest, chain: registered } = catalogue.usable(model);
    const { inputs, upload } = Array.isArray(given) ? { inputs: given, upload: uploads } : unpack(given, uploads);
    const lines = inputs.map((input) => {
      const wire = wireInput(manifest, input, upload);
      return { wire, inputDigest: digestOf(wire), preview: previewInput(manifest, input, wire) };
    });
    if (!canSign()) throw new AskError('WALLET_LOCKED', 'The wallet is locked.', { remedy: 'Unlock it first.' });
    const { obstacle, total } = this.quote(model, fee, inputs.length);
    const terms = this.#needs.terms();
    if (obstacle !== null || terms === null) throw new AskError('CANNOT_ASK', obstacle ?? NO_TERMS);
    const wires = lines.map(({ wire }) => wire);
    if (!onChain(wires)) for (const wire of wires) await blobs.keep(wire);
    const key = `batch-${randomUUID()}`;
    const order = {
      model: registered.id,
      fee,
      maxExtra: registered.fee,
      lifetime: lifetimeOf(inputs.length),
      class: terms.class,
      nonce: randomBytes(8).readBigUInt64BE(),
    };
    const digests = lines.map(({ inputDigest }) => inputDigest);
    const data = submitBatchCall(order, wires, digests);
    db.transaction(() => {
      this.#rows.insert({ key, model: registered.id, fee, modelFee: registered.fee }, lines);
      const text = `You asked ${inputs.length} lines for ${shortMoot(total)} MOOT.`;
      steps.add(key, { kind: 'posting', at: Date.now(), text, tone: 'plain' });
      const label = `Ask ${manifest.name}, ${inputs.length} lines`;
      outbox.enqueue({ key: `${POST}${key}`, label, to: chain.network.contracts.batches, data });
    })();
    outbox.kick();
    this.#needs.changed(key);
    return key;
  }

  /** Takes the money of all open items back. @throws AskError `TASK_NOT_FOUND`, `CANNOT_RETRACT` */
  retract(key: string): void {
    const { outbox, chain } = this.#context;
    const batch = this.#batchOf(this.#known(key));
    if (batch === undefined || batch.open === '0')
      throw new AskError('CANNOT_RETRACT', 'Nothing of it is open: there is nothing to take back.');
    if (chain.now() < batch.fields.retractAt) {
      throw new AskError('CANNOT_RETRACT', 'It is too early: solvers may be at work on it.', {
        remedy: 'Try again in a moment.',
      });
    }
    const intent = `retract:${batch.id}`;
    const to = chain.network.contracts.batches;
    outbox.enqueue({ key: intent, label: 'Take the money back', to, data: retractBatchCall(batch) });
    outbox.retry(intent);
  }

  /** @throws AskError `TASK_NOT_FOUND` */
  lines(key: string): LineView[] {
    const ask = this.#known(key);
    const batch = this.#batchOf(ask) ?? null;
    return this.#rows.lines(key).map((line) => lineView(line, ask, batch));
  }

  /** Events of our batches: link the ones that were just mined, tell the screens. */
  onIndex({ subjects }: IndexChange): void {
    for (const subject of subjects) {
      const batch = this.#context.index.batch(subject as BatchId);
      const known = this.#rows.byBatch(subject as BatchId);
      if (batch === undefined) {
        if (known !== undefined) this.#rows.link(known.key, null);
      } else if (known === undefined) this.#link(batch);
      const ask = this.#rows.byBatch(subject as BatchId) ?? known;
      if (ask === undefined) continue;
      this.#rows.close(ask.key, false);
      this.#stillAnswered(ask, batch);
      this.#needs.changed(ask.key);
    }
  }

  /** Whatever is due: answers to fetch, money to take back. */
  tick(): void {
    const wanted: Missing[] = [];
    for (const ask of this.#rows.unfinished()) {
      const batch = this.#batchOf(ask);
      if (batch === undefined) {
        // A crash may have come between the refusal and its consequence.
        if (ask.batch === null && this.#context.outbox.get(`${POST}${ask.key}`)?.state === 'failed')
          this.#posted(ask.key);
        continue;
      }
      const missing = this.#answers.missing(ask, batch);
      wanted.push(...missing);
      if (batch.open !== '0') this.#refund(batch);
      if (batch.state === 'over' && missing.length === 0) this.#rows.close(ask.key, true);
    }
    this.#answers.fetch(wanted);
  }

  view(key: string): TaskView | undefined {
    const ask = this.#rows.get(key);
    return ask === undefined ? undefined : this.#view(ask);
  }

  page(before: number | null, limit: number): TaskView[] {
    return this.#rows.page(before, limit).map((ask) => this.#view(ask));
  }

  #view(ask: BatchAsk): TaskView {
    const { catalogue, account, steps } = this.#context;
    const batch = this.#batchOf(ask) ?? null;
    const me = account() ?? batch?.fields.requester ?? NOBODY;
    const all = story(steps.of(ask.key), batch === null ? [] : batchSteps(batch));
    const name = catalogue.byId(ask.model)?.manifest.name ?? 'Unknown model';
    return batchView(ask, this.#rows.answered(ask.key), batch, name, me, all);
  }

  #known(key: string): BatchAsk {
    const ask = this.#rows.get(key);
    if (ask === undefined) throw new AskError('TASK_NOT_FOUND', 'You did not ask for that.');
    return ask;
  }

  #batchOf({ batch }: BatchAsk): ChainBatch | undefined {
    return batch === null ? undefined : this.#context.index.batch(batch);
  }

  /** The event's transaction tells which intent it came from: any of the attempts counts. */
  #link(batch: ChainBatch): void {
    const key = this.#context.outbox.keyOf(batch.posted.tx);
    if (key?.startsWith(POST)) this.#rows.link(key.slice(POST.length), batch.id);
  }

  #posted(key: string): void {
    const row = this.#context.outbox.get(`${POST}${key}`);
    const ask = this.#rows.get(key);
    if (ask === undefined || row === undefined) return;
    if (row.state === 'failed' && ask.error === null) {
      const why = `It could not be posted, nothing was paid: ${row.error ?? 'no reason given'}`;
      this.#rows.failed(key, why);
      this.#context.steps.add(key, { kind: 'failed', at: Date.now(), text: why, tone: 'bad' });
    }
    this.#needs.changed(key);
  }

  /** After the deadline, and again until it worked: an endpoint's idea of the time lags behind by up to a block. */
  #refund(batch: ChainBatch): void {
    const { chain, outbox } = this.#context;
    if (chain.now() <= batch.fields.deadline) return;
    const key = `refund:${batch.id}`;
    const to = chain.network.contracts.batches;
    outbox.enqueue({ key, label: 'Money back', to, data: refundBatchCall(batch) });
    if (outbox.get(key)?.state === 'failed') this.#retries.intent(outbox, key, REFUND_RETRY_MS);
  }

  /** A reorg may have put other results in the place of those that were fetched. */
  #stillAnswered(ask: BatchAsk, batch: ChainBatch | undefined): void {
    for (const { item, answer, resultDigest } of this.#rows.lines(ask.key)) {
      if (answer === null) continue;
      const run = batch === undefined ? undefined : runWith(batch, item);
      if (run === undefined || digestIn(run, item) !== resultDigest) this.#rows.unanswer(ask.key, item);
    }
  }
}

/** Key of the outbox before that of the ask. */
const POST = 'batch:';
const NO_TERMS = 'The chain has not answered yet.';

/** The parts of one upload as an upload for each line. @throws AskError `CANNOT_ASK` */
function unpack({ upload, lines }: Exclude<LinesInput, TaskInput[]>, uploads: (id: string) => Uint8Array) {
  const bytes = uploads(upload);
  const size = bytes.length / lines;
  if (!Number.isInteger(size)) throw new AskError('CANNOT_ASK', `The upload does not fall into ${lines} equal inputs.`);
  return {
    inputs: Array.from({ length: lines }, (_, line): TaskInput => ({ kind: 'upload', upload: String(line) })),
    upload: (line: string) => bytes.subarray(size * Number(line), size * (Number(line) + 1)),
  };
}

function lifetimeOf(items: number): number {
  return LIFETIME_S + items * LIFETIME_PER_ITEM_S;
}

function digestOf(bytes: Uint8Array): Digest {
  return `0x${createHash('sha256').update(bytes).digest('hex')}` as Digest;
}
