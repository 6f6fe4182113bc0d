import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Address, Amount, Digest, ModelId, TaskId } from '../../src-shared/domain/ids.ts';
import type { ChainEvent } from '../chain/events.ts';
import { IndexRows } from '../chain/index-rows.ts';
import type { Outbox } from '../chain/outbox.ts';
import { OutboxRows } from '../chain/outbox-rows.ts';
import { Catalogue } from '../models/catalogue.ts';
import { openStore } from '../store/open.ts';
import { temporaryFolder } from '../store/test-store.ts';
import { WorkRows } from '../tasks/work-rows.ts';
import { Ledger } from './ledger.ts';

const ME = `0x${'11'.repeat(20)}` as Address;
const OTHER = `0x${'22'.repeat(20)}` as Address;
const NOW = new Date(2026, 10, 21, 12).getTime();

/** What happened to one task, and what this machine had to do with it. */
interface History {
  readonly fee: bigint;
  readonly bps: number;
  readonly worked: boolean;
  readonly solver: 'me' | 'other' | null;
  readonly claimed: boolean;
  /** By emission. */
  readonly issued: bigint;
  /** Days before now. */
  readonly ago: number;
}

const histories: fc.Arbitrary<History> = fc.record({
  fee: fc.bigInt(1n, 10n ** 21n),
  bps: fc.integer({ min: 0, max: 2_000 }),
  worked: fc.boolean(),
  solver: fc.constantFrom('me', 'other', null),
  claimed: fc.boolean(),
  issued: fc.bigInt(0n, 10n ** 18n),
  ago: fc.integer({ min: 0, max: 30 }),
});

function setUp(all: readonly History[]) {
  const db = openStore(join(temporaryFolder(), 'store.db'));
  const index = new IndexRows(db);
  const works = new WorkRows(db);
  const outboxRows = new OutboxRows(db);
  const outbox = { get: (key: string) => outboxRows.get(key) } as unknown as Outbox;
  const ledger = new Ledger(db, index, outbox, new Catalogue(db, () => [], index, false), () => null);
  let gas = 0n;
  for (const [number, history] of all.entries()) {
    const id = `0x${number.toString(16).padStart(64, '0')}` as TaskId;
    const treasury = (history.fee * BigInt(history.bps)) / 10_000n;
    // Several payouts share a block and its time.
    const time = Math.floor(NOW / 1_000) - history.ago * 86_400;
    let log = 0;
    const event = (name: string, args: ChainEvent['args']): ChainEvent => ({
      block: number,
      logIndex: log++,
      tx: `0x${number}`,
      contract: 'market',
      name,
      subject: id,
      args,
      time,
    });
    const task = {
      requester: OTHER,
      nonce: '0',
      model: '0x',
      inputDigest: '0x',
      money: String((history.fee << 176n) | (BigInt(history.bps) << 64n)),
      times: String((9n << 96n) | (1n << 72n)),
    };
    const events = [event('TaskSubmitted', { task, input: '0x', inputSize: '0' })];
    const solver = history.solver === 'me' ? ME : OTHER;
    if (history.solver !== null)
      events.push(event('Revealed', { solver, resultDigest: '0x', resultSize: '2', revealedAt: '5' }));
    if (history.solver !== null && history.claimed) {
      events.push(
        event('Claimed', {
          solver,
          reward: String(history.fee - treasury),
          issued: String(history.issued),
          retained: String(treasury),
        }),
      );
    }
    index.append([], events);
    if (!history.worked) continue;
    const net = String(history.fee - treasury) as Amount;
    works.insert({
      task: id,
      kind: 'task',
      model: '0x' as ModelId,
      state: 'computing',
      reason: '',
      reasonCode: '',
      net,
    });
    works.computed(id, `0x${'aa'.repeat(32)}` as Digest, 2);
    const mine =
      history.solver === 'me'
        ? history.claimed
          ? 'paid'
          : 'revealed'
        : history.solver === 'other'
          ? 'lost'
          : 'computed';
    works.move(id, mine, mine);
    outboxRows.insert({ key: `commit:${id}`, label: '', to: '', data: '' });
    outboxRows.mined(outboxRows.get(`commit:${id}`)?.id ?? 0, {
      hash: `0x${number}`,
      nonce: number,
      block: number,
      gasCost: '1000',
      error: null,
    });
    gas += 1_000n;
  }
  return { db, ledger, gas };
}

const net = ({ fee, bps }: History): bigint => fee - (fee * BigInt(bps)) / 10_000n;
const sum = (all: readonly History[]): bigint => all.reduce((total, history) => total + net(history), 0n);
const issued = (all: readonly History[]): bigint => all.reduce((total, history) => total + history.issued, 0n);
/** What came in: of the fees, and new. */
const income = (all: readonly History[]): bigint => sum(all) + issued(all);

test('the sums are those of the chain: paid is what was claimed for this machine, nothing else', () => {
  fc.assert(
    fc.property(fc.array(histories, { maxLength: 12 }), (all) => {
      const { db, ledger, gas } = setUp(all);
      const mine = all.filter(({ worked, solver }) => worked && solver === 'me');
      const paid = mine.filter(({ claimed }) => claimed);
      const view = ledger.view(NOW);
      expect(view.total).toBe(String(income(paid)));
      expect(view.tasksPaid).toBe(paid.length);
      expect(view.pending).toBe(String(sum(mine.filter(({ claimed }) => !claimed))));
      expect(view.today).toBe(String(income(paid.filter(({ ago }) => ago === 0))));
      expect(view.week).toBe(String(income(paid.filter(({ ago }) => ago < 7))));
      expect(view.days).toHaveLength(14);
      const shown = view.days.reduce((total, day) => total + BigInt(day.paid), 0n);
      expect(shown).toBe(income(paid.filter(({ ago }) => ago < 14)));
      expect(view.gas).toBe(String(gas));
      const entries = ledger.page(null, 100);
      const finished = entries.filter(({ state }) => state === 'paid');
      expect(finished.reduce((total, entry) => total + BigInt(entry.net), 0n)).toBe(sum(paid));
      expect(finished.reduce((total, entry) => total + BigInt(entry.issued), 0n)).toBe(issued(paid));
      for (const entry of finished) expect(BigInt(entry.offered)).toBe(BigInt(entry.net) + BigInt(entry.treasury));
      for (const entry of entries) if (entry.state === 'forgone') expect(entry.net).toBe('0');
      db.close();
    }),
    { numRuns: 60 },
  );
});

test('page by page, by the time of the last line, every entry comes and none comes twice', () => {
  fc.assert(
    fc.property(fc.array(histories, { maxLength: 30 }), fc.integer({ min: 1, max: 7 }), (random, size) => {
      // Most are paid, many in the same block.
      const all = random.map((history, index): History =>
        index % 3 === 0 ? history : { ...history, worked: true, solver: 'me', claimed: true, ago: history.ago % 3 },
      );
      const { db, ledger } = setUp(all);
      const seen: string[] = [];
      let before: number | null = null;
      for (;;) {
        const page = ledger.page(before, size);
        seen.push(...page.map(({ task }) => task));
        if (page.length < size) break;
        before = page.at(-1)?.at ?? null;
      }
      const expected = ledger.page(null, 1_000).map(({ task }) => task);
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen).toEqual(expected);
      expect(expected).toHaveLength(all.filter(({ worked, solver }) => worked && solver !== null).length);
      db.close();
    }),
    { numRuns: 40 },
  );
});

test('fourteen different days, also where a day has 23 or 25 hours', () => {
  const { ledger, db } = setUp([]);
  for (let hour = 0; hour < 366 * 24; hour += 11) {
    const days = ledger.view(NOW + hour * 3_600_000).days.map(({ day }) => day);
    expect(new Set(days).size).toBe(14);
    expect(days).toEqual([...days].sort());
  }
  db.close();
});
