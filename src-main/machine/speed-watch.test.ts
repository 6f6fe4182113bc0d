import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Digest, PeerId } from '../../src-shared/domain/ids.ts';
import type { SpeedClaim } from '../network/index.ts';
import { openStore, type Store } from '../store/open.ts';
import { temporaryFolder } from '../store/test-store.ts';
import { MachineError } from './machine.ts';
import { SpeedBook } from './speed-book.ts';
import type { SpeedVerdict } from './speed-proof.ts';
import { AGES, chooseCheck, PEER_GAP_MS, stateOf, type SpeedRecord } from './speed-state.ts';
import { SpeedWatch } from './speed-watch.ts';

const MODEL = `0x${'ab'.repeat(32)}` as Digest;
const OTHER = `0x${'cd'.repeat(32)}` as Digest;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const claim = (runsPer1000s = 1_000, model = MODEL): SpeedClaim => ({ model, provider: 'cpu', runsPer1000s });
const peerOf = (name: number | string): PeerId => `peer${name}` as PeerId;
const HOLDS: SpeedVerdict = { kind: 'holds', measured: 2_000 };

/** A node whose clock, luck, neighbours and their answers are the test's. */
class World {
  at = 1_000 * HOUR;
  free = true;
  heldUp: string | null = null;
  luck = (): number => 0.5;
  peers: Array<{ peer: PeerId; claims: readonly SpeedClaim[] }> = [];
  answer: (peer: PeerId, claim: SpeedClaim) => Promise<SpeedVerdict> = async () => HOLDS;
  readonly asked: Array<{ peer: PeerId; claim: SpeedClaim; at: number }> = [];
  readonly faults: PeerId[] = [];
  readonly timers: Array<{ at: number; act: () => void }> = [];
  readonly kept = new Map<string, unknown>();
  published = 0;
  publish: () => unknown = () => undefined;
  running = 0;
  most = 0;
  readonly book: SpeedBook;
  readonly watch: SpeedWatch;

  constructor(db: Store) {
    this.book = new SpeedBook(db, () => this.at);
    this.watch = new SpeedWatch({
      proofs: {
        challenge: async (peer, asked) => {
          this.asked.push({ peer, claim: asked, at: this.at });
          this.most = Math.max(this.most, ++this.running);
          try {
            return await this.answer(peer, asked);
          } finally {
            this.running--;
          }
        },
      },
      book: this.book,
      peers: () => this.peers,
      modelName: (digest) => (digest === MODEL ? 'Odds' : null),
      free: () => this.free,
      heldUp: () => this.heldUp,
      publish: async () => {
        this.published++;
        this.publish();
      },
      fault: async (peer) => void this.faults.push(peer),
      settings: {
        kept: <T>(key: string, _: unknown, fallback: T): T => (this.kept.get(key) as T | undefined) ?? fallback,
        keep: (key, value) => void this.kept.set(key, value),
      },
      changed: () => undefined,
      log: () => undefined,
      now: () => this.at,
      random: () => this.luck(),
      later: (ms, act) => {
        const timer = { at: this.at + ms, act };
        this.timers.push(timer);
        return () => void this.timers.splice(this.timers.indexOf(timer), 1);
      },
    });
  }

  /** Time goes on, and everything that is due happens. */
  async pass(ms: number): Promise<void> {
    const end = this.at + ms;
    for (;;) {
      const [due] = this.timers.filter(({ at }) => at <= end).toSorted((one, two) => one.at - two.at);
      if (due === undefined) break;
      this.timers.splice(this.timers.indexOf(due), 1);
      this.at = due.at;
      due.act();
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.at = end;
  }

  state(peer: PeerId): unknown {
    return this.watch.views().get(peer)?.[0]?.state;
  }
}

const store = (): Store => openStore(join(temporaryFolder(), 'book.db'));

test('whoever is connected is asked sooner or later, one after the other, and then left alone for a day', async () => {
  const world = new World(store());
  world.peers = [1, 2, 3].map((name) => ({ peer: peerOf(name), claims: [claim()] }));
  await world.watch.start();
  await world.pass(2 * HOUR);
  expect(new Set(world.asked.map(({ peer }) => peer)).size).toBe(3);
  expect(world.asked).toHaveLength(3);
  expect(world.state(peerOf(2))).toBe('holds');
  await world.pass(20 * HOUR);
  expect(world.asked).toHaveLength(3);
  await world.pass(6 * HOUR);
  expect(world.asked).toHaveLength(6);
  await world.watch.stop();
  expect(world.timers).toEqual([]);
  await world.pass(48 * HOUR);
  expect(world.asked).toHaveLength(6);
});

test('never while there is other work, never two at once, no peer beyond its limit, nothing that cannot be compared', async () => {
  const event = fc.record({
    minutes: fc.integer({ min: 0, max: 40 }),
    free: fc.boolean(),
    answers: fc.constantFrom('holds', 'slow', 'wrong', 'none', 'later'),
    luck: fc.double({ min: 0, max: 0.999, noNaN: true }),
    byHand: fc.boolean(),
    peers: fc.array(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 9_000 })), { maxLength: 5 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 40 }), async (events) => {
      const db = openStore(':memory:');
      const world = new World(db);
      const hanging: Array<() => void> = [];
      const wrong: string[] = [];
      await world.watch.start();
      let free = true;
      const byHand = new Set<number>();
      for (const { minutes, free: next, answers, luck, byHand: hand, peers } of events) {
        world.luck = () => luck;
        world.free = free = next;
        world.peers = [...new Map(peers)].map(([name, runs]) => ({
          peer: peerOf(name),
          claims: [claim(runs), claim(runs, OTHER)],
        }));
        world.answer = async (_, asked) => {
          if (!free && !byHand.has(world.asked.length - 1)) wrong.push('asked by itself while there was work');
          if (asked.model !== MODEL) wrong.push('asked about what it cannot compare');
          if (answers === 'later') await new Promise<void>((resolve) => hanging.push(resolve));
          if (answers === 'none') throw new MachineError('NO_PROOF', 'busy');
          return { kind: answers === 'later' ? 'holds' : answers, measured: 5 };
        };
        const [first] = world.peers;
        if (hand && first !== undefined) {
          byHand.add(world.asked.length);
          const before = world.asked.length;
          void world.watch.check(first.peer, MODEL, 'cpu').catch(() => undefined);
          if (world.asked.length === before) byHand.delete(before);
        }
        await world.pass(minutes * MINUTE);
        if (answers !== 'later') for (const end of hanging.splice(0)) end();
        await new Promise((resolve) => setImmediate(resolve));
      }
      expect(wrong).toEqual([]);
      expect(world.most).toBeLessThanOrEqual(1);
      for (const name of [1, 2, 3, 4]) {
        const times = world.asked.flatMap(({ peer, at }) => (peer === peerOf(name) ? [at] : []));
        // The peer's own limit: two at once, then one in ten minutes.
        times.forEach((at, index) => expect(at - (times[index - 2] ?? -Infinity)).toBeGreaterThanOrEqual(PEER_GAP_MS));
      }
      db.close();
    }),
    { numRuns: 60 },
  );
});

test('the choice is among those who are due, any of them by luck, and the same luck gives the same choice', () => {
  const now = 1_000 * HOUR;
  const age = fc.oneof(fc.integer({ min: 0, max: HOUR / 2 }), fc.integer({ min: 0, max: 40 * 24 * HOUR }));
  const record: fc.Arbitrary<SpeedRecord | undefined> = fc.option(
    fc.record({
      judged: fc.option(
        fc.record({
          verdict: fc.constantFrom('holds' as const, 'slow' as const, 'wrong' as const),
          claimed: fc.integer({ min: 1, max: 4 }),
          measured: fc.integer({ min: 0, max: 9 }),
          at: age.map((ms) => now - ms),
        }),
      ),
      triedAt: age.map((ms) => now - ms),
      silent: fc.nat(20),
    }),
    { nil: undefined },
  );
  const peers = fc.array(fc.tuple(fc.integer({ min: 1, max: 4 }), record), { maxLength: 6 });
  fc.assert(
    fc.property(peers, fc.double({ min: 0, max: 0.999, noNaN: true }), (known, luck) => {
      const claimants = known.map(([runs, each], index) => ({
        peer: peerOf(index),
        claims: [claim(runs)],
        triedAt: each?.triedAt ?? null,
      }));
      const recordOf = (peer: PeerId): SpeedRecord | undefined => known[Number(peer.slice(4))]?.[1];
      const choose = () => chooseCheck(claimants, recordOf, now, () => luck);
      const choice = choose();
      expect(choose()).toEqual(choice);
      if (choice === undefined) {
        // Nobody whose claim nothing is known about is passed over.
        for (const [runs, each] of known)
          if (stateOf(each, claim(runs), now) === 'unchecked')
            expect(now - (each?.triedAt ?? -Infinity)).toBeLessThan(PEER_GAP_MS);
        return;
      }
      const chosen = recordOf(choice.peer);
      expect(['unchecked', 'silent']).toContain(stateOf(chosen, choice.claim, now));
      if (chosen !== undefined) expect(now - chosen.triedAt).toBeGreaterThanOrEqual(PEER_GAP_MS);
    }),
  );
});

test('a new figure neither washes off a failure nor borrows a success, and a clock that was set back forgets', () => {
  const now = 1_000 * HOUR;
  const record = (verdict: 'holds' | 'slow' | 'wrong', at = now): SpeedRecord => ({
    judged: { verdict, claimed: 500, measured: 1, at },
    triedAt: at,
    silent: 0,
  });
  expect([100, 500, 501].map((runs) => stateOf(record('holds'), claim(runs), now))).toEqual([
    'holds',
    'holds',
    'unchecked',
  ]);
  expect([499, 500, 900].map((runs) => stateOf(record('slow'), claim(runs), now))).toEqual([
    'unchecked',
    'slow',
    'slow',
  ]);
  expect([1, 500, 900].map((runs) => stateOf(record('wrong'), claim(runs), now))).toEqual(['wrong', 'wrong', 'wrong']);
  for (const verdict of ['holds', 'slow', 'wrong'] as const) {
    expect(stateOf(record(verdict, now - AGES[verdict] + 1), claim(500), now)).toBe(verdict);
    expect(stateOf(record(verdict, now - AGES[verdict]), claim(500), now)).toBe('unchecked');
    expect(stateOf(record(verdict, now + 60 * 24 * HOUR), claim(500), now)).toBe('unchecked');
  }
});

test('a restart does not forget a liar; silence and a new figure do not wash it off, and only then it is blamed', async () => {
  const path = join(temporaryFolder(), 'book.db');
  const first = new World(openStore(path));
  const [liar, slow, quiet] = ['A', 'B', 'C'].map(peerOf) as [PeerId, PeerId, PeerId];
  first.peers = [liar, slow, quiet].map((peer) => ({ peer, claims: [claim()] }));
  first.answer = async (peer) => {
    if (peer === quiet) throw new MachineError('NO_PROOF', 'busy');
    return { kind: peer === liar ? 'wrong' : 'slow', measured: peer === liar ? 0 : 300 };
  };
  await first.watch.start();
  await first.pass(HOUR);
  expect([liar, slow, quiet].map((peer) => first.state(peer))).toEqual(['wrong', 'slow', 'silent']);
  expect(first.watch.views().get(slow)?.[0]).toMatchObject({ measured: 0.3, counts: false, runsPerSecond: 1 });
  expect(first.faults).toEqual([liar]);
  await first.watch.stop();

  const again = new World(openStore(path));
  again.at = first.at;
  again.peers = [{ peer: liar, claims: [claim(7), { ...claim(), provider: 'cuda' }] }];
  expect([again.state(liar), again.book.distrusts(liar), again.book.distrusts(slow)]).toEqual(['wrong', true, false]);
  await again.watch.start();
  again.answer = async () => HOLDS;
  await again.pass(4 * HOUR);
  // Its other claim holds, and counts for nothing all the same.
  expect(again.watch.views().get(liar)).toMatchObject([
    { state: 'wrong', counts: false },
    { state: 'holds', counts: false },
  ]);
  again.answer = async () => Promise.reject(new MachineError('NO_PROOF', 'busy'));
  await expect(again.watch.check(liar, MODEL, 'cpu')).rejects.toMatchObject({ code: 'NO_PROOF' });
  expect(again.state(liar)).toBe('wrong');
  again.at += AGES.wrong;
  expect([again.state(liar), again.book.distrusts(liar)]).toEqual(['unchecked', false]);
});

test('by hand: at once, but not beyond the peer’s limit; each refusal says why and what to do', async () => {
  const world = new World(store());
  const peer = peerOf(1);
  const check = (model = MODEL) => world.watch.check(peer, model, 'cpu');
  await world.watch.start();
  await expect(check()).rejects.toMatchObject({ code: 'NO_CLAIM' });
  world.peers = [{ peer, claims: [claim(), claim(5, OTHER)] }];
  await expect(check(OTHER)).rejects.toMatchObject({ code: 'NO_MODEL' });
  world.heldUp = 'It is too hot.';
  await expect(check()).rejects.toMatchObject({ code: 'HELD_UP', message: expect.stringContaining('too hot') });
  world.heldUp = null;
  world.free = false;
  expect(await check()).toMatchObject({ state: 'holds', counts: true, measured: 2, modelName: 'Odds' });
  let end = (): void => undefined;
  world.answer = () => new Promise((resolve) => (end = () => resolve(HOLDS)));
  const second = check();
  expect(
    world.watch
      .views()
      .get(peer)
      ?.map(({ checking }) => checking),
  ).toEqual([true, false]);
  await expect(check()).rejects.toMatchObject({ code: 'CHECK_RUNNING' });
  end();
  await second;
  await expect(check()).rejects.toMatchObject({
    code: 'ASKED_TOO_OFTEN',
    remedy: expect.stringContaining('ten minutes'),
  });
  world.at += PEER_GAP_MS;
  world.answer = async () => Promise.reject(new MachineError('OWN_FAULT', 'here'));
  await expect(check()).rejects.toMatchObject({ code: 'OWN_FAULT' });
  // What went wrong here is not held against the peer.
  expect(world.book.get(peer, claim())).toMatchObject({ judged: { verdict: 'holds' }, silent: 0 });
});

test('questions by itself use up what a person may ask, and work that came in the meantime goes first', async () => {
  const world = new World(store());
  const peer = peerOf(1);
  await world.watch.start();
  await world.pass(6 * MINUTE);
  world.peers = [{ peer, claims: [claim()] }];
  world.publish = () => (world.free = false);
  await world.pass(20 * MINUTE);
  expect(world.asked).toEqual([]);
  world.publish = () => undefined;
  world.free = true;
  while (world.asked.length === 0) await world.pass(MINUTE);
  await world.watch.check(peer, MODEL, 'cpu');
  await expect(world.watch.check(peer, MODEL, 'cpu')).rejects.toMatchObject({ code: 'ASKED_TOO_OFTEN' });
});

test('one switch: nothing is asked, but the own speed is told all the same, and not while there is work', async () => {
  const world = new World(store());
  world.peers = [{ peer: peerOf(1), claims: [claim()] }];
  world.watch.on = false;
  await world.watch.start();
  expect(world.published).toBe(1);
  world.free = false;
  await world.pass(5 * HOUR);
  expect([world.asked.length, world.published]).toEqual([0, 1]);
  world.free = true;
  await world.pass(HOUR);
  expect(world.asked).toEqual([]);
  expect(world.published).toBeGreaterThan(1);
  world.watch.on = true;
  await world.pass(HOUR);
  expect(world.asked).toHaveLength(1);
});

test('what comes after the stop is not written: the store may be closed', async () => {
  const db = store();
  const world = new World(db);
  world.peers = [{ peer: peerOf(1), claims: [claim()] }];
  let end = (): void => undefined;
  world.answer = () => new Promise((resolve) => (end = () => resolve(HOLDS)));
  await world.watch.start();
  const asked = world.watch.check(peerOf(1), MODEL, 'cpu').catch((error: unknown) => error);
  await world.watch.stop();
  expect(world.book.get(peerOf(1), claim())).toMatchObject({ judged: null, silent: 0 });
  end();
  await asked;
  expect(world.book.get(peerOf(1), claim())).toMatchObject({ judged: null, silent: 0 });
});

test('the book is bounded, and what was wrong goes last', () => {
  const world = new World(openStore(':memory:'));
  let at = 0;
  const book = new SpeedBook(openStore(':memory:'), () => ++at, 10);
  book.tried(peerOf('liar'), claim());
  book.judged(peerOf('liar'), claim(), { kind: 'wrong', measured: 0 });
  for (let name = 0; name < 50; name++) {
    book.tried(peerOf(name), claim());
    book.judged(peerOf(name), claim(), HOLDS);
  }
  expect(book.get(peerOf('liar'), claim())?.judged?.verdict).toBe('wrong');
  expect(Array.from({ length: 50 }, (_, name) => book.get(peerOf(name), claim())).filter(Boolean)).toHaveLength(9);
  expect(book.get(peerOf(49), claim())).toBeDefined();
  expect(world.book.triedAt(peerOf(1))).toBeNull();
});
