import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { HardwareCheck } from '../../src-shared/domain/machine.ts';
import { anySpans } from '../policy/test-conditions.ts';
import { describeSpans, parseSpans } from './spans.ts';
import { MACHINE } from './test-device.ts';
import { TestCli } from './test-terminal.ts';

test('machine: each device with its reason, and unknown where nothing is known', async () => {
  await using cli = await TestCli.start({}, { machine: MACHINE });
  const { out } = await cli.run('machine');
  expect(out).toContain('Test processor (cpu): working, on its way');
  expect(out).toContain('Somebody uses the computer, so work goes slowly. Go away.');
  expect(out).toContain('load 0 % · 51 °C · power unknown · income unknown');
  expect(out).toContain('RTX 4070 (gpu:GPU-1): stopped');
  expect(JSON.parse((await cli.run('machine', '--json')).out)).toMatchObject({
    devices: [{ id: 'cpu' }, { id: 'gpu:GPU-1' }],
  });
});

test('pause and resume of one device, named as people name it', async () => {
  await using cli = await TestCli.start({}, { machine: MACHINE });
  expect(await cli.run('pause', '1h', '--device', 'rtx', '--finish')).toMatchObject({
    code: 0,
    out: 'RTX 4070 is paused for 1h. What runs ends first.',
  });
  expect(await cli.run('resume', '--device', 'gpu')).toMatchObject({ code: 0, out: 'RTX 4070 may work again.' });
  expect(await cli.run('pause', '--device', 'voodoo')).toMatchObject({
    code: 2,
    err: expect.stringContaining('gpu:GPU-1 (RTX 4070)'),
  });
  expect(cli.node.host.calls).toEqual([
    { name: 'policy.pause', input: { forMs: 3_600_000, device: 'gpu:GPU-1', finish: true } },
    { name: 'policy.resume', input: { device: 'gpu:GPU-1' } },
  ]);
});

test('limits: shown, changed one by one, and refused where they make no sense', async () => {
  await using cli = await TestCli.start({}, { machine: MACHINE });
  expect((await cli.run('limits')).out).toContain('While somebody uses the computer work goes slowly');
  expect(cli.node.host.calls).toEqual([]);
  await cli.run(
    'limits',
    '--when-active',
    'stop',
    '--battery',
    '--schedule',
    'fri-sun 20:00-06:00',
    '--disk-free',
    '10',
  );
  expect(cli.node.host.calls[0]).toMatchObject({
    name: 'policy.limits',
    input: {
      whenActive: 'stop',
      onBattery: true,
      schedule: [{ days: [0, 5, 6], from: 1_200, to: 360 }],
      diskFreeBytes: 10 * 1024 ** 3,
    },
  });
  const { out } = await cli.run('limits', '--device', 'rtx', '--target', 'none', '--duty', '40', '--no-on');
  expect(out).toContain('The device is off, 40 % of the time at most, no target temperature');
  expect(cli.node.host.calls[1]).toMatchObject({
    name: 'policy.device',
    input: { device: 'gpu:GPU-1', limits: { on: false, duty: 0.4, targetC: null } },
  });
  const memory = await cli.run('limits', '--device', 'cpu', '--memory', '1.5');
  expect(memory.out).toContain('no power cap, 1.5 GiB of memory, 1 process');
  expect((await cli.run('limits', '--device', 'cpu', '--memory', 'half')).out).toContain('half of the memory');
  expect(cli.node.host.calls.slice(2).map(({ input }) => input)).toMatchObject([
    { device: 'cpu', limits: { memoryBytes: 1.5 * 1024 ** 3 } },
    { device: 'cpu', limits: { memoryBytes: null } },
  ]);
  for (const wrong of [
    ['--duty', '2'],
    ['--device', 'cpu', '--memory', '0'],
    ['--device', 'cpu', '--memory', 'none'],
    ['--memory', '4'],
    ['--when-active', 'maybe'],
    ['--schedule', 'someday 1:00-2:00'],
    ['--target', '60'],
  ])
    expect(await cli.run('limits', ...wrong)).toMatchObject({ code: 2 });
});

test('check: waits for the new one, and says cause and fix', async () => {
  const done: HardwareCheck = {
    state: 'done',
    at: 2,
    processor: 'Test processor',
    cores: 8,
    memoryBytes: 16 * 1024 ** 3,
    system: 'Test system',
    devices: [
      {
        id: 'gpu:GPU-1',
        kind: 'gpu',
        name: 'RTX 4070',
        vendor: 'nvidia',
        driver: null,
        memoryBytes: null,
        sources: ['/sys/bus/pci'],
        providers: [
          {
            provider: 'cuda',
            state: 'absent',
            runMs: null,
            difference: null,
            cause: 'No files for CUDA.',
            fix: 'Use WebGPU.',
          },
        ],
        trouble: { cause: 'The card runs on nouveau.', fix: 'Install the driver.' },
      },
    ],
    benchmark: [{ graph: 'dense', device: 'gpu:GPU-1', provider: 'webgpu', runsPerSecond: 12.34, at: 2 }],
  };
  await using cli = await TestCli.start(
    {
      'machine.check': () => {
        setImmediate(() => cli.node.host.emit({ slice: 'machine', value: { ...MACHINE, check: done } }));
        return null;
      },
    },
    { machine: MACHINE },
  );
  expect(await cli.run('check', '--last')).toMatchObject({ code: 1 });
  const { out } = await cli.run('check');
  expect(out).toContain('! The card runs on nouveau. Install the driver.');
  expect(out).toContain('cuda: not there. No files for CUDA. Use WebGPU.');
  expect(out).toContain('dense on webgpu: 12.3 runs per second');
});

test('check --idle: says what to do when it is to be done, and which sources followed', async () => {
  const asks = ['Let go of mouse and keyboard.', 'Now move the mouse.', '1 followed and 0 did not.'];
  const sources = [{ name: 'logind', state: 'works', detail: '0 s without input.' }] as const;
  const old = { at: 1, part: 'over', secondsLeft: 0, says: 'An old one.' } as const;
  await using cli = await TestCli.start(
    {
      'machine.testIdle': () => {
        asks.forEach((says, index) => {
          const part = (['still', 'moving', 'over'] as const)[index] ?? 'over';
          const surroundings = { ...MACHINE.surroundings, idleSources: sources };
          setImmediate(() => {
            for (const secondsLeft of [2, 1])
              cli.node.host.emit({
                slice: 'machine',
                value: { ...MACHINE, surroundings, idleTest: { at: 2, part, secondsLeft, says } },
              });
          });
        });
        return null;
      },
    },
    { machine: { ...MACHINE, idleTest: old } },
  );
  const { code, out, err } = await cli.run('check', '--idle');
  expect(err.split('\n')).toEqual(asks.slice(0, 2));
  expect(out).toBe('1 followed and 0 did not.\n  logind: works. 0 s without input.');
  expect(code).toBe(0);
});

test('spans of the week: what is written is read again as the same', () => {
  fc.assert(
    fc.property(anySpans, (spans) => {
      const whole = spans.flatMap(({ days, from, to }) => days.map((day) => ({ days: [day], from, to })));
      if (whole.length > 0) expect(parseSpans(describeSpans(whole))).toEqual(whole);
    }),
  );
  fc.assert(
    fc.property(fc.string(), (text) => {
      try {
        for (const { from, to, days } of parseSpans(text))
          expect(from <= 1_440 && to <= 1_440 && days.length > 0).toBe(true);
      } catch (error) {
        expect((error as Error).message).toContain('no span of the week');
      }
    }),
  );
});
