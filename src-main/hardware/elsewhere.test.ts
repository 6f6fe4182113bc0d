import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { macReading, parseAccelerator, parsePmset } from './mac.ts';
import { parseMetered } from './metered.ts';
import { activeWindow, fullScreen, isFullScreen } from './screen.ts';
import { recording } from './test-recordings.ts';
import { engineLoads, parseTypeperf, windowsReading } from './windows.ts';

test('Windows: the busiest kind of engine per card, less what our own processes take', () => {
  const engines = parseTypeperf(recording('typeperf.csv'));
  expect(engines).toHaveLength(4);
  const loads = engineLoads(engines, new Set([4242]));
  expect(loads.get('0x00000000_0x0000c2f1')).toEqual({ load: 0.655, foreign: 0.255 });
  expect(loads.get('0x00000000_0x0000d000')).toEqual({ load: 0, foreign: 0 });
  expect(windowsReading('gpu:x', engines, new Set([4242]))).toMatchObject({
    load: 0.655,
    foreignLoad: 0.255,
    temperatureC: null,
  });
  expect(windowsReading('gpu:x', [], new Set()).load).toBeNull();
});

test('macOS: an idle card is at 0, and whose load it is is unknown while we work', () => {
  expect(parseAccelerator(recording('ioreg.txt'))).toEqual([{ load: 0, memoryUsedBytes: 391_987_200 }]);
  expect(macReading('gpu:x', recording('ioreg.txt'), false).foreignLoad).toBe(0);
  expect(macReading('gpu:x', recording('ioreg.txt'), true).foreignLoad).toBeNull();
  expect(parsePmset(recording('pmset.txt'))).toEqual({ onBattery: true, percent: 87 });
  expect(parsePmset("Now drawing from 'AC Power'\n")).toEqual({ onBattery: false, percent: null });
});

test('full screen and metered', () => {
  expect(activeWindow('_NET_ACTIVE_WINDOW(WINDOW): window id # 0x2a00007\n')).toBe('0x2a00007');
  expect(isFullScreen('_NET_WM_STATE(ATOM) = _NET_WM_STATE_FOCUSED, _NET_WM_STATE_FULLSCREEN')).toBe(true);
  expect(isFullScreen('_NET_WM_STATE:  not found.')).toBe(false);
  expect(isFullScreen('X Error')).toBeNull();
  expect(['u 1', 'u 3', 'u 2', 'u 4', 'u 0', 'x'].map(parseMetered)).toEqual([true, true, false, false, null, null]);
});

test.skipIf(process.platform !== 'linux')('full screen under Wayland: what X does not know is not known', async () => {
  const asked = (window: string, state: string) => (_: string, args: readonly string[]) =>
    Promise.resolve({
      kind: 'said' as const,
      text: args[0] === '-root' ? `_NET_ACTIVE_WINDOW(WINDOW): window id # ${window}` : state,
    });
  const nobody = asked('0x0', '');
  const window = asked('0x2a00007', '_NET_WM_STATE(ATOM) = _NET_WM_STATE_FOCUSED');
  const game = asked('0x2a00007', '_NET_WM_STATE(ATOM) = _NET_WM_STATE_FULLSCREEN');
  const x11 = { DISPLAY: ':0' };
  const told = (env: Readonly<Record<string, string>>) =>
    Promise.all([nobody, window, game].map((run) => fullScreen(env, run)));
  expect(await told(x11)).toEqual([false, false, true]);
  expect(await told({ ...x11, WAYLAND_DISPLAY: 'wayland-0' })).toEqual([null, null, true]);
  expect(await told({ ...x11, XDG_SESSION_TYPE: 'wayland' })).toEqual([null, null, true]);
  expect(await told({ WAYLAND_DISPLAY: 'wayland-0' })).toEqual([null, null, null]);
});

test('no text breaks a parser', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      for (const parse of [parseTypeperf, parseAccelerator, parsePmset, parseMetered, activeWindow, isFullScreen])
        parse(text);
      for (const { load } of parseTypeperf(
        `"a","\\\\x\\GPU Engine(pid_1_luid_0x00000000_0x00000001_phys_0_eng_0_engtype_3D)\\U"\n"t","${text}"`,
      ))
        expect(load).toBeGreaterThanOrEqual(0);
    }),
  );
});
