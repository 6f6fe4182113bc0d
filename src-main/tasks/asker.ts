import { sameBytes } from '../compute/verification/agree.ts';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { TaskInput } from '../../src-shared/bridge/calls.ts';
import { amount, shortMoot, units } from '../../src-shared/domain/amounts.ts';
import { FolkmootError } from '../../src-shared/domain/errors.ts';
import type { Amount, Digest, TaskId } from '../../src-shared/domain/ids.ts';
import type { Assurance, Quote, TaskView } from '../../src-shared/domain/tasks.ts';
import type { IndexChange } from '../chain/indexer.ts';
import { wireBytes } from '../models/tensors.ts';
import { AskRows, type Ask } from './ask-rows.ts';
import type { TaskContext } from './context.ts';
import { previewInput, readAnswer, wireInput } from './input.ts';
import type { Asked, AskLane } from './lane.ts';
import { MAX_INPUT_ON_CHAIN } from './market-calls.ts';
import { LIFETIME_S, quoteOf, type MarketTerms } from './quote.ts';
import { Retries } from './retries.ts';
import { story } from './story.ts';
import { askView, NOBODY } from './view.ts';

/** `WALLET_LOCKED`, `CANNOT_ASK`, `TASK_NOT_FOUND`, `CANNOT_RETRACT` */
export class AskError extends FolkmootError {}

export const RESULT_RETRY_MS = 5_000;
/** Results fetched at once: each may wait a minute for peers. */
export const MAX_FETCHES = 4;
export const MAX_REASON = 300;

const TASK_CLASS = 0;

export interface AskOrder {
  readonly model: Digest;
  readonly fee: Amount;
  readonly assurance: Assurance;
  readonly input: TaskInput;
}

/** Ways of asking, by how closely the result is checked. */
export interface Lanes {
  readonly market: AskLane;
  readonly replicas: AskLane;
}

/** The asking side: posts tasks, follows them, fetches and checks the result, takes the money back in every dead end. */
export class Asker {
  readonly #context: TaskContext;
  readonly #rows: AskRows;
  readonly #terms: () => MarketTerms | null;
  readonly #prepaid: () => Amount | null;
  readonly #changed: (key: string) => void;
  readonly #lanes: Lanes;
  readonly #fetching = new Set<string>();
  readonly #retries = new Retries();

  constructor(
    context: TaskContext,
    lanes: Lanes,
    needs: { terms: () => MarketTerms | null; prepaid: () => Amount | null; changed: (key: string) => void },
  ) {
    this.#lanes = lanes;
    this.#context = context;
    this.#rows = new AskRows(context.db);
    this.#terms = needs.terms;
    this.#prepaid = needs.prepaid;
    this.#changed = needs.changed;
    context.outbox.onChange((row) => {
      if (row.key.startsWith('ask:')) this.#posted(row.key.slice('ask:'.length));
    });
  }

  /** @param fee for one machine */
  quote(model: Digest, fee: Amount, assurance: Assurance): Quote {
    const { chain, manifest } = this.#context.catalogue.usable(model);
    const { machines } = this.#laneOf(assurance);
    const [terms, prepaid] = [this.#terms(), this.#prepaid() ?? amount(0n)];
    const judged = manifest.verification.kind === 'jury';
    return quoteOf({
      model: chain,
      fee,
      assurance,
      machines,
      judged,
      sameBytes: sameBytes(manifest),
      terms,
      prepaid,
    });
  }

  /** @returns the key under which the ask is followed. @throws AskError, CatalogueError, input errors: nothing was paid then. */
  async ask({ model, fee, assurance, input }: AskOrder, upload: (id: string) => Uint8Array): Promise<string> {
    const { catalogue, outbox, db, steps, blobs, canSign } = this.#context;
    const usable = catalogue.usable(model);
    const wire = wireInput(usable.manifest, input, upload);
    if (!canSign()) throw new AskError('WALLET_LOCKED', 'The wallet is locked.', { remedy: 'Unlock it first.' });
    const { obstacle, modelFee, checks, machines, total } = this.quote(model, fee, assurance);
    if (obstacle !== null) throw new AskError('CANNOT_ASK', obstacle);
    const inputDigest = `0x${createHash('sha256').update(wire).digest('hex')}` as Digest;
    if (wire.length > MAX_INPUT_ON_CHAIN) await blobs.keep(wire);
    const key = `ask-${randomUUID()}`;
    const lane = this.#laneOf(assurance);
    const fees = amount(units(fee) * BigInt(machines));
    const order = {
      model: usable.chain.id,
      fee: fees,
      maxExtra: amount(units(modelFee) + units(checks)),
      lifetime: LIFETIME_S,
      class: TASK_CLASS,
      nonce: randomBytes(8).readBigUInt64BE(),
      input: wire,
      inputDigest,
    };
    const data = lane.submit(order, assurance);
    db.transaction(() => {
      this.#rows.insert({
        key,
        model: usable.chain.id,
        inputDigest,
        fee: fees,
        seats: machines,
        modelFee,
        preview: previewInput(usable.manifest, input, wire),
      });
      steps.add(key, {
        kind: 'posting',
        at: Date.now(),
        text: `You asked for ${shortMoot(total)} MOOT.`,
        tone: 'plain',
      });
      outbox.enqueue({ key: `ask:${key}`, label: `Ask ${usable.manifest.name}`, to: lane.to(), data });
    })();
    outbox.kick();
    this.#changed(key);
    return key;
  }

  /** @throws AskError `TASK_NOT_FOUND`, `CANNOT_RETRACT` */
  retract(key: string): void {
    const { outbox, chain } = this.#context;
    const ask = this.#rows.get(key);
    if (ask === undefined) throw new AskError('TASK_NOT_FOUND', 'You did not ask for that.');
    const retract = this.#askedFor(ask)?.retract ?? null;
    if (retract === null) throw new AskError('CANNOT_RETRACT', 'It is not open: there is nothing to take back.');
    if (chain.now() < retract.from) {
      throw new AskError('CANNOT_RETRACT', 'It is too early: solvers may be at work on it.', {
        remedy: 'Try again in a moment.',
      });
    }
    const to = this.#laneFor(ask).to();
    const intent = { key: `retract:${ask.task}`, label: 'Take the money back', to, data: retract.data };
    outbox.enqueue(intent);
    outbox.retry(intent.key);
  }

  /** Events of our asks: link the ones that were just mined, tell the screens. */
  onIndex({ subjects }: IndexChange): void {
    for (const subject of subjects) {
      const asked = this.#find(subject as TaskId);
      const known = this.#rows.byTask(subject as TaskId);
      if (asked === undefined) {
        if (known !== undefined) this.#rows.link(known.key, null);
      } else if (known === undefined) this.#link(asked);
      const ask = this.#rows.byTask(subject as TaskId) ?? known;
      if (ask === undefined) continue;
      this.#stillAnswered(ask, asked);
      this.#changed(ask.key);
    }
  }

  /** Whatever is due: results to fetch, money to take back. Events and the slow clock suffice for all of it. */
  tick(): void {
    for (const ask of this.#rows.unfinished()) {
      const asked = this.#askedFor(ask);
      if (asked === undefined) {
        // A crash may have come between the refusal and its consequence.
        if (ask.task === null && this.#context.outbox.get(`ask:${ask.key}`)?.state === 'failed') this.#posted(ask.key);
        continue;
      }
      if (asked.result !== null && ask.answer === null) this.#fetchSoon(ask, asked);
      this.#laneFor(ask).tick(asked.id);
    }
  }

  view(key: string): TaskView | undefined {
    const ask = this.#rows.get(key);
    return ask === undefined ? undefined : this.#view(ask);
  }

  page(before: number | null, limit: number): TaskView[] {
    return this.#rows.page(before, limit).map((ask) => this.#view(ask));
  }

  #view(ask: Ask): TaskView {
    const { catalogue, account, steps } = this.#context;
    const asked = this.#askedFor(ask) ?? null;
    const me = account() ?? asked?.requester ?? null;
    const all = story(steps.of(ask.key), asked?.steps(me) ?? []);
    const name = catalogue.byId(ask.model)?.manifest.name ?? 'Unknown model';
    return askView(ask, asked, name, me ?? NOBODY, all);
  }

  #laneOf(assurance: Assurance): AskLane {
    return assurance === 'critical' ? this.#lanes.replicas : this.#lanes.market;
  }

  #laneFor({ seats }: Ask): AskLane {
    return seats > 1 ? this.#lanes.replicas : this.#lanes.market;
  }

  #askedFor(ask: Ask): Asked | undefined {
    return ask.task === null ? undefined : this.#laneFor(ask).find(ask.task);
  }

  #find(id: TaskId): Asked | undefined {
    return this.#lanes.market.find(id) ?? this.#lanes.replicas.find(id);
  }

  /** The event's transaction tells which intent it came from: any of the attempts counts. */
  #link(asked: Asked): void {
    const key = this.#context.outbox.keyOf(asked.posted);
    if (key?.startsWith('ask:')) this.#rows.link(key.slice('ask:'.length), asked.id);
  }

  #posted(key: string): void {
    const row = this.#context.outbox.get(`ask:${key}`);
    const ask = this.#rows.get(key);
    if (ask === undefined || row === undefined) return;
    if (row.state === 'failed' && ask.error === null) {
      const why = `It could not be posted, nothing was paid: ${row.error ?? 'no reason given'}`;
      this.#rows.failed(key, why);
      this.#context.steps.add(key, { kind: 'failed', at: Date.now(), text: why, tone: 'bad' });
    }
    this.#changed(key);
  }

  /** A reorg may have put another solver's result in the place of the one that was fetched. */
  #stillAnswered(ask: Ask, asked: Asked | undefined): void {
    if (ask.answer === null) return;
    const fetched = this.#context.steps.of(ask.key).find(({ kind }) => kind === 'result')?.proof?.value;
    if (asked?.result?.digest === fetched) return;
    this.#rows.unanswer(ask.key);
    this.#context.steps.remove(ask.key, ['result']);
  }

  #fetchSoon(ask: Ask, asked: Asked): void {
    const { key } = ask;
    if (this.#fetching.has(key) || this.#fetching.size >= MAX_FETCHES) return;
    if (this.#retries.waits(key)) return;
    this.#fetching.add(key);
    this.#fetch(ask, asked)
      .catch((error: unknown) => this.#context.fail(error))
      .finally(() => {
        this.#fetching.delete(key);
        this.#changed(key);
      })
      .catch((error: unknown) => this.#context.fail(error));
  }

  async #fetch(ask: Ask, { id, result }: Asked): Promise<void> {
    const { catalogue, blobs, steps, log } = this.#context;
    if (result === null) return;
    const { digest, solvers } = result;
    try {
      const model = catalogue.byId(ask.model);
      if (model === null) throw new AskError('TASK_NOT_FOUND', 'The model is not on this machine any more.');
      // Each of those who can serve it in turn.
      const from = solvers[this.#retries.tries(ask.key) % solvers.length] ?? null;
      const bytes = await blobs.get(digest, wireBytes(model.manifest.outputs), from);
      const answer = readAnswer(model.manifest, bytes);
      // The chain may have changed its mind meanwhile.
      if (this.#find(id)?.result?.digest !== digest) return;
      this.#retries.drop(ask.key);
      this.#rows.answer(ask.key, answer);
      steps.remove(ask.key, ['waiting']);
      steps.add(ask.key, {
        kind: 'result',
        at: Date.now(),
        text: `The result arrived and matches its digest: ${answer.text.slice(0, 80)}.`,
        tone: 'good',
        proof: { kind: 'digest', value: digest },
      });
    } catch (error) {
      const why = (error instanceof Error ? error.message : String(error)).slice(0, MAX_REASON);
      log(`result of ${id.slice(0, 10)}: ${why}`);
      // Longer and longer, up to an hour: somebody who serves nothing must not keep this node busy for ever.
      const slower = 2 ** Math.max(0, this.#retries.tries(ask.key) - 5);
      this.#retries.later(ask.key, Math.min(RESULT_RETRY_MS * slower, 3_600_000));
      const text = `The result could not be fetched yet: ${why} Trying again.`;
      steps.add(ask.key, { kind: 'waiting', at: Date.now(), text, tone: 'bad' });
    }
  }
}
