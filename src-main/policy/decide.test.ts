import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DeviceLimits, MachineLimits } from '../../src-shared/domain/machine.ts';
import type { DeviceConditions, MachineConditions, Memory } from './conditions.ts';
import { decide, type Ruling } from './decide.ts';
import { HOLD_MS } from './hysteresis.ts';
import { RULES } from './rules.ts';
import {
  anyConditions,
  anyDevice,
  anyPolicy,
  anyWork,
  CARD,
  FINE,
  NO_WORK,
  policyOf,
  PROCESSOR,
} from './test-conditions.ts';

interface Change {
  readonly machine?: Partial<MachineConditions>;
  readonly device?: Partial<DeviceConditions>;
  readonly limits?: Partial<MachineLimits>;
  readonly own?: Partial<DeviceLimits>;
}

/** What the card may do under one change of a machine where nothing speaks against work. */
function ruling({ machine, device, limits, own }: Change, memory: Record<string, Memory> = {}): Ruling {
  const conditions = { ...FINE, ...machine, devices: [{ ...CARD, ...device }] };
  return decide(conditions, policyOf(limits, own), NO_WORK, memory).rulings[CARD.id]!;
}
const said = (change: Change): unknown[] => {
  const { act, duty, code } = ruling(change).decision;
  return [act, duty, code];
};

test('each reason alone: what it does, and its stable code', () => {
  expect(said({})).toEqual(['run', 1, 'NOTHING_AGAINST']);
  expect(said({ own: { on: false } })).toEqual(['stop', 0, 'SWITCHED_OFF']);
  expect(said({ device: { gone: true } })).toEqual(['stop', 0, 'DEVICE_GONE']);
  expect(said({ device: { unusable: { why: 'No.', change: 'Yes.' } } })).toEqual(['stop', 0, 'UNUSABLE']);
  expect(said({ device: { temperatureC: 86 } })).toEqual(['stop', 0, 'HOT']);
  expect(said({ device: { temperatureC: 83 } })).toEqual(['throttle', 0.3, 'WARM']);
  expect(said({ device: { temperatureC: 80 } })[0]).toBe('run');
  expect(said({ machine: { battery: { onBattery: true, percent: 40 } } })).toEqual(['stop', 0, 'ON_BATTERY']);
  expect(said({ machine: { battery: { onBattery: true, percent: 40 } }, limits: { onBattery: true } })[0]).toBe('run');
  expect(said({ machine: { fullScreen: true } })).toEqual(['stop', 0, 'FULL_SCREEN']);
  expect(said({ device: { foreignLoad: 0.2 } })).toEqual(['stop', 0, 'CARD_IN_USE']);
  expect(said({ device: { foreignLoad: 0.2 }, limits: { yieldToGames: false } })[0]).toBe('run');
  expect(said({ device: { memoryFreeBytes: 1 } })).toEqual(['stop', 0, 'MEMORY_SHORT']);
  expect(said({ machine: { diskFreeBytes: 1 } })).toEqual(['stop', 0, 'DISK_SHORT']);
  expect(said({ machine: { metered: true } })).toEqual(['stop', 0, 'METERED']);
  expect(said({ machine: { idleSeconds: 3 } })).toEqual(['throttle', 0.5, 'ACTIVE']);
  expect(said({ machine: { idleSeconds: 3 }, limits: { whenActive: 'stop' } })).toEqual(['stop', 0, 'ACTIVE']);
  expect(said({ machine: { idleSeconds: 3 }, limits: { whenActive: 'run' } })[0]).toBe('run');
  expect(said({ own: { duty: 0.4 } })).toEqual(['throttle', 0.4, 'DUTY_LIMIT']);
  expect(said({ device: { powerW: 300 }, own: { powerCapW: 150 } })).toEqual(['throttle', 0.5, 'POWER_CAP']);
  const evenings = [{ days: [3], from: 1_080, to: 120 }];
  expect(said({ limits: { schedule: evenings } })).toEqual(['stop', 0, 'SCHEDULE']);
  expect(said({ limits: { quiet: [{ days: [3], from: 540, to: 660 }] } })).toEqual(['throttle', 0.25, 'QUIET_HOURS']);
  expect(ruling({ limits: { schedule: evenings } }).decision).toMatchObject({
    change: 'Work begins at 18:00.',
    lookAgainAt: FINE.now + 8 * 3_600_000,
  });
});

test('pauses: of all or of one device, with an end, with the job in hand', () => {
  const pause = { until: FINE.now + 1_000, finish: true };
  const one = decide(FINE, { ...policyOf(), pause }, NO_WORK).rulings[CARD.id]!;
  expect(one).toMatchObject({ finish: true, takes: false, decision: { code: 'PAUSED', lookAgainAt: pause.until } });
  expect(decide({ ...FINE, now: pause.until }, { ...policyOf(), pause }, NO_WORK).rulings[CARD.id]?.decision.act).toBe(
    'run',
  );
  const both = { ...FINE, devices: [CARD, PROCESSOR] };
  const { rulings } = decide(both, { ...policyOf(), pauses: { [CARD.id]: { until: null, finish: false } } }, NO_WORK);
  expect([rulings[CARD.id]?.decision.act, rulings['cpu']?.decision.act]).toEqual(['stop', 'run']);
  expect(rulings[CARD.id]?.finish).toBe(false);
});

test('what is not known is never silently fine', () => {
  expect(said({ machine: { idleSeconds: null } })).toEqual(['throttle', 0.5, 'IDLE_UNKNOWN']);
  expect(said({ machine: { idleSeconds: null }, limits: { whenActive: 'stop' } })).toEqual(['stop', 0, 'IDLE_UNKNOWN']);
  expect(said({ device: { powerW: null }, own: { powerCapW: 100 } })).toEqual(['throttle', 0.5, 'POWER_UNKNOWN']);
  expect(ruling({ device: { temperatureC: null } }).decision.why).toContain('not known here: its temperature');
  const known = decide(FINE, policyOf(), NO_WORK).memory;
  expect(ruling({ device: { temperatureC: null } }, known).decision).toMatchObject({
    act: 'throttle',
    code: 'HEAT_UNKNOWN',
  });
  const hot = decide({ ...FINE, devices: [{ ...CARD, temperatureC: 95 }] }, policyOf(), NO_WORK).memory;
  const later = { machine: { now: FINE.now + 10 * HOLD_MS }, device: { temperatureC: null } };
  expect(ruling(later, hot).decision).toMatchObject({ act: 'stop', code: 'HOT' });
  const battery = decide({ ...FINE, battery: { onBattery: true, percent: 1 } }, policyOf(), NO_WORK).memory;
  expect(ruling({ machine: { battery: null } }, battery).decision.code).toBe('BATTERY_LOST');
  expect(ruling({ machine: { battery: null } }).decision.act).toBe('run');
});

test('a promised check is finished slowly unless it is hot, on battery or somebody needs the device', () => {
  const owed = { ...NO_WORK, owed: true };
  const paused = decide(FINE, { ...policyOf(), pause: { until: null, finish: false } }, owed).rulings[CARD.id]!;
  expect(paused).toMatchObject({ takes: false, decision: { act: 'throttle', code: 'OWED', duty: 0.25 } });
  for (const machine of [{ battery: { onBattery: true, percent: 9 } }, { fullScreen: true }]) {
    const { decision } = decide({ ...FINE, ...machine }, { ...policyOf(), pause: { until: null, finish: false } }, owed)
      .rulings[CARD.id]!;
    expect(decision.act).toBe('stop');
  }
});

test('whatever comes together, no hot, gamed-on or on-battery device runs, in any order of the rules', () => {
  const order = fc.shuffledSubarray([...RULES], { minLength: RULES.length });
  fc.assert(
    fc.property(anyConditions, anyPolicy, anyWork, order, (conditions, policy, work, rules) => {
      const { rulings } = decide(conditions, policy, work, {}, rules);
      const usual = decide(conditions, policy, work).rulings;
      for (const device of conditions.devices) {
        const { decision, takes } = rulings[device.id]!;
        const { act, duty, why, change } = decision;
        const hot =
          device.temperatureC !== null &&
          device.temperatureC <= 150 &&
          policy.device.targetC !== null &&
          device.temperatureC > policy.device.targetC;
        if (hot) expect(act).not.toBe('run');
        if (hot && device.temperatureC! >= policy.device.targetC! + 6) expect(act).toBe('stop');
        if (conditions.battery?.onBattery === true && !policy.limits.onBattery) expect(act).toBe('stop');
        if (conditions.fullScreen === true && policy.limits.yieldToGames) expect(act).toBe('stop');
        if (
          device.kind === 'gpu' &&
          device.foreignLoad! >= 0.15 &&
          device.foreignLoad! <= 1 &&
          policy.limits.yieldToGames
        )
          expect(act).toBe('stop');
        if (!policy.device.on || device.gone) expect(act).toBe('stop');
        // Bounds, and one whole sentence each.
        if (act === 'stop') expect([duty, takes]).toEqual([0, false]);
        else expect(duty >= 0.05 && duty <= Math.max(policy.device.duty, 0.05)).toBe(true);
        expect(act === 'run').toBe(duty === 1);
        expect(why).toMatch(/^[A-Z][^\n]*\.$/);
        expect(why.match(/\. [A-Z]/)).toBeNull();
        if (change !== undefined) expect(change).toMatch(/^[A-Z][^\n]*\.$/);
        // The order decides what is said, never what is done.
        expect([act, duty]).toEqual([usual[device.id]?.decision.act, usual[device.id]?.decision.duty]);
      }
    }),
    { numRuns: 3_000 },
  );
});

test('in whatever order conditions come, also with a clock that jumps, nothing hot, gamed-on or on battery runs', () => {
  fc.assert(
    fc.property(fc.array(anyConditions, { maxLength: 40 }), anyPolicy, anyWork, (moments, policy, work) => {
      let memory: Readonly<Record<string, Memory>> = {};
      for (const conditions of moments) {
        const decided = decide(conditions, policy, work, memory);
        ({ memory } = decided);
        for (const { id, temperatureC } of conditions.devices) {
          const { act, duty } = decided.rulings[id]!.decision;
          const { targetC } = policy.device;
          const hot = temperatureC !== null && temperatureC <= 150 && targetC !== null && temperatureC > targetC;
          if (hot) expect(act).not.toBe('run');
          if (conditions.battery?.onBattery === true && !policy.limits.onBattery) expect(act).toBe('stop');
          if (conditions.fullScreen === true && policy.limits.yieldToGames) expect(act).toBe('stop');
          expect(duty >= 0 && duty <= 1 && (act === 'stop') === (duty === 0)).toBe(true);
        }
      }
    }),
    { numRuns: 500 },
  );
});

test('a limit that the person changes acts at the next look', () => {
  fc.assert(
    fc.property(anyConditions, anyPolicy, anyPolicy, anyWork, (conditions, before, after, work) => {
      const { memory } = decide(conditions, before, work);
      const changed = decide(conditions, after, work, memory).rulings;
      for (const { id } of conditions.devices) {
        if (!after.device.on) expect(changed[id]?.decision.act).toBe('stop');
        expect(changed[id]?.decision.duty).toBeLessThanOrEqual(Math.max(after.device.duty, 0.05));
      }
    }),
  );
  const hot = { ...FINE, devices: [{ ...CARD, temperatureC: 82 }] };
  const { memory } = decide(hot, policyOf(), NO_WORK);
  expect(decide(hot, policyOf({}, { targetC: 95 }), NO_WORK, memory).rulings[CARD.id]?.decision.act).toBe('run');
});

test('nothing flutters: around each threshold the act changes once a minute at most', () => {
  const noise = fc.array(
    fc.record({
      heat: fc.integer({ min: 70, max: 92 }),
      foreign: fc.double({ min: 0, max: 0.4, noNaN: true }),
      full: fc.boolean(),
      free: fc.integer({ min: 0, max: 2 ** 31 }),
    }),
    {
      minLength: 300,
      maxLength: 300,
    },
  );
  fc.assert(
    fc.property(noise, (steps) => {
      let memory: Readonly<Record<string, Memory>> = {};
      let last = 'run';
      let changes = 0;
      steps.forEach(({ heat, foreign, full, free }, step) => {
        const device = { ...CARD, temperatureC: heat, foreignLoad: foreign, memoryFreeBytes: free };
        const decided = decide(
          { ...FINE, now: FINE.now + step * 2_000, fullScreen: full, devices: [device] },
          policyOf(),
          NO_WORK,
          memory,
        );
        memory = decided.memory;
        const { act } = decided.rulings[CARD.id]!.decision;
        if (act !== last) changes++;
        last = act;
      });
      // Ten minutes: each minute may bring one way down and, a minute later, one way up.
      expect(changes).toBeLessThanOrEqual(12);
    }),
    { numRuns: 100 },
  );
});

test('power stays below its cap with a card that draws in proportion', () => {
  let memory: Readonly<Record<string, Memory>> = {};
  let duty = 1;
  for (let step = 0; step < 60; step++) {
    const decided = decide(
      { ...FINE, devices: [{ ...CARD, powerW: 20 + 280 * duty }] },
      policyOf({}, { powerCapW: 150 }),
      NO_WORK,
      memory,
    );
    ({ memory } = decided);
    duty = decided.rulings[CARD.id]!.decision.duty;
  }
  expect(20 + 280 * duty).toBeLessThanOrEqual(150);
  expect(20 + 280 * duty).toBeGreaterThan(120);
});

test('two cards and a system that chooses: whichever objects, the one lane does no more than that card may', () => {
  const [one, two] = ['gpu:GPU-1', 'gpu:GPU-2'];
  const cards = fc.tuple(anyDevice(one, 'gpu'), anyDevice(two, 'gpu'));
  const moments = fc.array(fc.tuple(anyConditions, cards), { minLength: 1, maxLength: 8 });
  const forever = { until: null, finish: false };
  const own = fc.record({
    off: fc.constantFrom(null, null, one, two),
    paused: fc.constantFrom(null, null, one, two),
  });
  const order = fc.shuffledSubarray([...RULES], { minLength: RULES.length });
  fc.assert(
    fc.property(moments, anyPolicy, own, anyWork, order, (moments, base, { off, paused }, work, rules) => {
      const devices = off === null ? {} : { [off]: { ...base.device, on: false } };
      const pauses = paused === null ? {} : { [paused]: forever };
      const policy = { ...base, limits: { ...base.limits, devices }, pauses };
      let [apart, together]: Array<Readonly<Record<string, Memory>>> = [{}, {}];
      for (const [machine, [first, second]] of moments) {
        // As if each had a lane of its own: what each of them would allow.
        const usable = { ...machine, devices: [first, second].map((device) => ({ ...device, unusable: null })) };
        const each = decide(usable, policy, { ...work, owed: false }, apart);
        apart = each.memory;
        const least = Math.min(each.rulings[one]!.decision.duty, each.rulings[two]!.decision.duty);
        const shared = [
          { ...first, unusable: null, mayUse: [{ id: two, name: 'Radeon' }] },
          { ...second, unusable: { why: 'Its work is shown with the first.', change: 'Nothing.' } },
        ];
        const decided = decide({ ...machine, devices: shared }, policy, work, together, rules);
        together = decided.memory;
        const { decision } = decided.rulings[one]!;
        if (decision.code !== 'OWED') expect(decision.duty).toBe(least);
        for (const { temperatureC, foreignLoad, gone, id } of [first, second]) {
          const { targetC } = policy.device;
          const tooHot = temperatureC! <= 150 && targetC !== null && temperatureC! >= targetC + 6;
          const gamed = policy.limits.yieldToGames && foreignLoad! >= 0.15 && foreignLoad! <= 1;
          if (tooHot || gamed || gone || id === off) expect(decision.act).toBe('stop');
        }
        if (machine.battery?.onBattery === true && !policy.limits.onBattery) expect(decision.act).toBe('stop');
        expect(decided.rulings[two]!.decision.act).toBe('stop');
        expect(decision.why).toMatch(/^[A-Z][^\n]*\.$/);
      }
    }),
    { numRuns: 1_000 },
  );
  const devices = [
    { ...CARD, mayUse: [{ id: two, name: 'Radeon' }] },
    { ...CARD, id: two, temperatureC: 95 },
  ];
  expect(decide({ ...FINE, devices }, policyOf(), NO_WORK).rulings[one]!.decision).toMatchObject({
    code: 'HOT',
    why: 'It computes on a card that the system chooses, which may be Radeon: the graphics card is at 95 °C, and 80 °C is its target.',
  });
});
