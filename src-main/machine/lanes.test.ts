import { expect, test } from 'vitest';
import type { LaneStatus } from '../compute/job.ts';
import { byDevice, confirms } from './lanes.ts';

const lane: LaneStatus = {
  id: 'cpu-0',
  device: 'cpu',
  provider: 'cpu',
  state: 'off',
  pid: null,
  duty: 0,
  stopped: true,
  job: null,
  jobs: [],
  done: 0,
  failed: 0,
  crashes: 0,
  rssBytes: null,
  lastElapsedMs: null,
  note: null,
};
const job = { key: 'k', model: 'Chat', since: 1, progress: null };

test('no device has stopped while a server of this machine is still asked; one elsewhere is no work of this machine', () => {
  const card: LaneStatus = { ...lane, id: 'gpu:a', device: 'gpu:a' };
  const asking: LaneStatus = { ...lane, id: 'servers', state: 'busy', pid: 7, stopped: false, job };
  const here = byDevice([card, lane, { ...asking, asks: 'here' }]);
  expect(here.map((report) => confirms(report, 0))).toEqual([false, false]);
  expect(here[1]).toMatchObject({ state: 'busy', job });
  const elsewhere = byDevice([card, lane, { ...asking, asks: 'elsewhere' }]);
  expect(elsewhere.map((report) => confirms(report, 0))).toEqual([true, true]);
  expect(elsewhere[1]).toMatchObject({ state: 'off', job: null });
});

test('the pace of servers is no word on the processor’s, and what a lane says of itself is passed on', () => {
  const own: LaneStatus = { ...lane, state: 'idle', pid: 1, duty: 0.5, stopped: false };
  const note = 'It does not take Hard, which is left to the processor.';
  const reports = byDevice([own, { ...own, id: 'servers', asks: 'here', duty: 1 }, { ...own, device: 'gpu:a', note }]);
  expect(confirms(reports[0], 0.5)).toBe(true);
  expect(reports.map((report) => report.note)).toEqual([null, note]);
});
