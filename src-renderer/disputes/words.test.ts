import { expect, it } from 'vitest';
import { DISPUTE_STATES, type BallotView, type DisputeView } from '../../src-shared/domain/disputes.ts';
import { againstOwn, ballotLine } from './ballot.ts';
import { appealOfOthers, appealPrice, needOf } from './needs.ts';
import { news, seen } from './news.ts';
import {
  compare,
  endOf,
  isBusy,
  listTitle,
  panelLine,
  ROLES,
  sayDispute,
  stationOf,
  STATIONS,
  voteMeans,
} from './words.ts';

const NOW = 1_000_000;
const BALLOTS: ReadonlyArray<BallotView['state']> = [
  'none',
  'computing',
  'asked',
  'sealing',
  'sealed',
  'opening',
  'opened',
  'late',
];

function dispute(over: Partial<DisputeView> = {}, ballot: Partial<BallotView> = {}): DisputeView {
  return {
    id: '7',
    model: 'Digit reader',
    state: 'sealing',
    role: 'juror',
    round: 1,
    seats: 5,
    sealed: 1,
    opened: 0,
    openedAt: 0,
    until: NOW + 60_000,
    contested: { digest: '0xa', answer: null },
    own: { digest: '0xb', answer: null },
    ruling: null,
    atStake: '1000000000000000000',
    bond: '500000000000000000',
    outcome: null,
    appeal: null,
    reason: '',
    ballot: { state: 'none', seats: 0, vote: null, automatic: true, reason: '', ...ballot },
    ...over,
  } as DisputeView;
}

const everyRole = Object.keys(ROLES) as Array<DisputeView['role']>;
const rulings = [null, 'claimant', 'defendant'] as const;
const everything = DISPUTE_STATES.flatMap((state) =>
  everyRole.flatMap((role) =>
    BALLOTS.flatMap((ballot) => rulings.map((ruling) => dispute({ state, role, ruling }, { state: ballot }))),
  ),
);

it('has words for every state, role, ballot and ruling', () => {
  for (const each of everything) {
    const said = sayDispute(each);
    for (const text of [said.short, said.title, panelLine(each), compare(each).text]) {
      expect(text).not.toBe('');
      expect(text).not.toMatch(/undefined|null|NaN/);
    }
  }
});

it('never needs anybody when the time is over, and never while money only moves', () => {
  for (const each of everything) {
    expect(needOf({ ...each, until: NOW }, NOW, true)).toBeNull();
    if (each.state === 'closing' || each.state === 'final') expect(needOf(each, NOW, true)).toBeNull();
  }
});

it('asks for a vote only while ballots are taken', () => {
  expect(needOf(dispute({}, { state: 'asked' }), NOW, false)?.kind).toBe('vote');
  expect(needOf(dispute({ state: 'opening' }, { state: 'asked' }), NOW, false)).toBeNull();
});

it('reminds of a ballot that may stay closed', () => {
  const sealed = (over: Partial<DisputeView>) => dispute({ state: 'opening', ...over }, { state: 'sealed' });
  expect(needOf(sealed({ until: NOW + 9 * 60_000 }), NOW, false)?.kind).toBe('open');
  expect(needOf(sealed({ until: NOW + 11 * 60_000 }), NOW, false)).toBeNull();
  expect(needOf(sealed({ until: NOW + 11 * 60_000 }), NOW, true)?.detail).toMatch(/^Unlock/);
  expect(needOf(dispute({ state: 'opening' }, { state: 'opening' }), NOW, false)).toBeNull();
  expect(needOf(dispute({}, { state: 'sealing' }), NOW, true)?.title).toMatch(/must be sealed/);
  expect(needOf(dispute({}, { state: 'sealing' }), NOW, false)).toBeNull();
});

it('offers an appeal to the side that lost, and only to it', () => {
  const appeal = { side: 'claimant', cost: '3000000000000000000', raised: '1250000000000000000', obstacle: null };
  const ruled = { state: 'ruled', ruling: 'defendant', appeal } as Partial<DisputeView>;
  expect(needOf(dispute({ ...ruled, role: 'claimant' }), NOW, false)?.detail).toContain('1.75 MOOT');
  for (const role of ['defendant', 'juror', 'requester', 'watcher'] as const)
    expect(needOf(dispute({ ...ruled, role }), NOW, false)).toBeNull();
  expect(appealOfOthers(dispute({ ...ruled, role: 'defendant' }))).toMatch(/your way/);
  expect(appealOfOthers(dispute({ ...ruled, role: 'watcher' }))).toMatch(/found right.*whoever contested/s);
  expect(appealPrice({ cost: '1' as never, raised: '2' as never })).toBe('0');
});

it('compares by digest and says which of the two is missing', () => {
  expect(compare(dispute()).state).toBe('differ');
  expect(compare(dispute({ own: { digest: '0xa' as never, answer: null } })).state).toBe('same');
  expect(compare(dispute({ own: { digest: null, answer: null } })).text).toMatch(/has not run/);
  expect(compare(dispute({ contested: { digest: null, answer: null } })).text).toMatch(/contested result/);
  const answer = { text: '7', shares: [] };
  const alike = dispute({
    contested: { digest: '0xa' as never, answer },
    own: { digest: '0xb' as never, answer },
  });
  expect(compare(alike).text).toMatch(/short answer is the same/);
});

it('warns before a vote against the own computation', () => {
  const same = dispute({ own: { digest: '0xa' as never, answer: null } });
  expect(againstOwn('claimant', same)).toMatch(/same result/);
  expect(againstOwn('defendant', same)).toBeNull();
  expect(againstOwn('defendant', dispute())).toMatch(/another result/);
  expect(againstOwn('claimant', dispute())).toBeNull();
  for (const side of ['claimant', 'defendant'] as const)
    expect(againstOwn(side, dispute({}, { state: 'asked' }))).toMatch(/honest one: no machine/);
});

it('lets only what is being computed or sent pulse', () => {
  const busy = BALLOTS.filter((state) => isBusy(dispute({}, { state }).ballot));
  expect(busy).toEqual(['computing', 'sealing', 'opening']);
  expect(isBusy(dispute({}, { state: 'computing', vote: 'claimant' }).ballot)).toBe(false);
});

it('says who loses by a vote', () => {
  expect(voteMeans('claimant', dispute())).toContain('1 MOOT of stake');
  expect(voteMeans('defendant', dispute())).toContain('0.5 MOOT');
});

it('never shows a sealed vote as public', () => {
  const line = (state: BallotView['state']) => ballotLine(dispute({}, { state, vote: 'claimant' }).ballot);
  expect(line('sealed')).toMatch(/Nobody else can see it/);
  expect(line('opened')).toMatch(/Everybody can see it/);
  expect(ballotLine(dispute().ballot)).toBeNull();
});

it('goes forward only', () => {
  const stations = DISPUTE_STATES.map(stationOf);
  expect(stations).toEqual(stations.toSorted((a, b) => a - b));
  expect(stations.at(-1)).toBe(STATIONS.length - 1);
  expect(DISPUTE_STATES.map(endOf).filter((end) => end === null)).toHaveLength(2);
});

it('heads the list with what matters', () => {
  expect(listTitle([], 0)).toBe('No disputes');
  expect(listTitle([dispute()], 1)).toBe('One dispute needs you');
  expect(listTitle([dispute()], 0)).toBe('1 dispute under way, none needs you');
  expect(listTitle([dispute({ state: 'final' })], 0)).toBe('All disputes are decided');
});

it('announces what changed, once, and nothing for what did not', () => {
  for (const each of everything) expect(news(seen([each]), [each])).toEqual([]);
  const told = (before: DisputeView, after: DisputeView) => news(seen([before]), [after])[0] ?? '';
  expect(told(dispute(), dispute({}, { state: 'asked' }))).toMatch(/^Your vote is needed: Digit reader, dispute 7/);
  expect(told(dispute({}, { state: 'sealed' }), dispute({}, { state: 'late' }))).toMatch(/missed/);
  expect(told(dispute(), dispute({ state: 'ruled', ruling: 'claimant' }))).toMatch(/found the result wrong/);
  expect(told(dispute({ ruling: 'claimant' }), dispute({ round: 2, ruling: 'claimant' }))).toMatch(/larger panel/);
  const final = { state: 'final', ruling: 'defendant', outcome: '-500000000000000000' } as Partial<DisputeView>;
  expect(told(dispute(), dispute(final))).toMatch(/was right, you lost 0.5 MOOT/);
  expect(news(seen([]), [dispute({ role: 'defendant' })])[0]).toMatch(/Your result is contested/);
  expect(news(seen([]), [dispute({ role: 'defendant', state: 'final' })])).toEqual([]);
});
