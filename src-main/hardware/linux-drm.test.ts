import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../store/test-store.ts';
import { foreignBetween } from './foreign.ts';
import { Counters, linuxCardReading, linuxCards } from './linux-cards.ts';
import { DrmLoads, parseFdinfo } from './linux-drm.ts';
import { Sysfs } from './sysfs.ts';
import { kernelTree, recording } from './test-recordings.ts';

const CARD = '0000:03:00.0';
const OURS = new Set([4242]);
const AMD = `sys/bus/pci/devices/${CARD}`;

/** An open file of the card; time that its engines worked, ms. */
const opened = (pid: number, fd: number, client: number, engines: Readonly<Record<string, number>>) => ({
  [`proc/${pid}/fdinfo/${fd}`]: [
    'pos:\t0',
    'drm-driver:\tamdgpu',
    `drm-client-id:\t${client}`,
    `drm-pdev:\t${CARD}`,
    ...Object.entries(engines).map(([name, ms]) => `drm-engine-${name}:\t${ms * 1_000_000} ns`),
  ].join('\n'),
});
const node = (pid: number, fd: number) => ({ [`proc/${pid}/fd/${fd}`]: '-> dev/dri/renderD128' });

function rig(...held: ReadonlyArray<readonly [pid: number, fd: number]>) {
  const root = kernelTree(temporaryFolder(), {
    [`${AMD}/class`]: '0x030000',
    [`${AMD}/vendor`]: '0x1002',
    [`${AMD}/device`]: '0x73bf',
    [`${AMD}/gpu_busy_percent`]: '0',
    'proc/1/fd/3': '-> dev/null',
    ...Object.assign({}, ...held.map(([pid, fd]) => node(pid, fd))),
  });
  const sys = new Sysfs(root);
  const clock = { now: 0 };
  const loads = new DrmLoads(sys, () => clock.now);
  const foreign = (): number | null => {
    const [card] = linuxCards(sys);
    const shares = loads.read(OURS).get(CARD) ?? null;
    return linuxCardReading(sys, card!, new Counters(), shares).foreignLoad;
  };
  const look = (at: number, busyPercent: number, ...files: ReadonlyArray<Record<string, string>>): number | null => {
    clock.now = at;
    kernelTree(root, { [`${AMD}/gpu_busy_percent`]: String(busyPercent), ...Object.assign({}, ...files) });
    return foreign();
  };
  return { look, root, sys };
}

test('what the kernel tells of an open card: nanoseconds, or cycles with all that went by, per engine of a kind', () => {
  expect(parseFdinfo(recording('fdinfo-amdgpu.txt'))).toEqual({
    pci: CARD,
    client: '42',
    engines: new Map([
      ['gfx', { used: 7_268_124_105, cycles: null }],
      ['compute', { used: 120_000_000, cycles: null }],
      ['dec', { used: 0, cycles: null }],
    ]),
  });
  expect(parseFdinfo(recording('fdinfo-xe.txt'))?.engines).toEqual(
    new Map([
      ['rcs', { used: 28_257_900, cycles: 7_655_183_225 }],
      ['vcs', { used: 100, cycles: 7_655_183_225 }],
    ]),
  );
  expect(parseFdinfo('pos:\t0\nflags:\t02\n')).toBeNull();
  fc.assert(
    fc.property(fc.string(), (text) => {
      for (const { used } of parseFdinfo(`drm-pdev: x\ndrm-client-id: 1\ndrm-engine-gfx: ${text}`)?.engines.values() ??
        [])
        expect(used).toBeGreaterThanOrEqual(0);
    }),
  );
});

test('a game that starts during our job is seen by its own engines, and its two files count once', () => {
  const { look } = rig([4242, 5], [900, 7], [900, 8]);
  const game = (ms: number) => [opened(900, 7, 2, { gfx: ms }), opened(900, 8, 2, { gfx: ms })];
  expect(look(0, 99, opened(4242, 5, 1, { compute: 0 }), ...game(0))).toBeNull();
  expect(look(2_000, 99, opened(4242, 5, 1, { compute: 1_980 }), ...game(0))).toBeCloseTo(0, 1);
  expect(look(4_000, 99, opened(4242, 5, 1, { compute: 2_980 }), ...game(800))).toBeCloseTo(0.4);
});

test('load that nobody readable makes is unknown, not nothing; with none left over it is known', () => {
  const { look } = rig([4242, 5]);
  look(0, 50, opened(4242, 5, 1, { compute: 0 }));
  // Another account's program may take half of it.
  expect(look(2_000, 95, opened(4242, 5, 1, { compute: 900 }))).toBeNull();
  expect(look(4_000, 45, opened(4242, 5, 1, { compute: 1_800 }))).toBe(0);
  // A counter that begins anew, and one that was not looked at for long.
  expect(look(6_000, 45, opened(4242, 5, 1, { compute: 5 }))).toBeNull();
  expect(look(90_000, 45, opened(4242, 5, 1, { compute: 20_000 }))).toBeNull();
});

test('a driver that counts nothing for us leaves it unknown; files of others are found within ten seconds', () => {
  const { look, root } = rig([4242, 5]);
  look(0, 90, opened(4242, 5, 1, {}));
  expect(look(2_000, 90, opened(4242, 5, 1, {}))).toBeNull();
  kernelTree(root, node(900, 7));
  look(10_000, 90, opened(4242, 5, 1, {}), opened(900, 7, 2, { gfx: 0 }));
  expect(look(12_000, 90, opened(900, 7, 2, { gfx: 1_000 }))).toBe(0.5);
});

test('between what is seen and what may be: a value only where both say the same', () => {
  expect([foreignBetween(0, 0.04), foreignBetween(0, -0.3), foreignBetween(0.02, 0.05)]).toEqual([0.04, 0, 0.05]);
  expect([foreignBetween(0, 0.3), foreignBetween(0.1, null)]).toEqual([null, null]);
  expect([foreignBetween(0.3, null), foreignBetween(1.4, 0.2)]).toEqual([0.3, 1]);
});

test('this machine: its own processes can be looked through', () => {
  expect(() => new DrmLoads(new Sysfs()).read(new Set([process.pid]))).not.toThrow();
  expect(new Sysfs().target(join('proc', String(process.pid), 'cwd'))).toBe(process.cwd());
});
