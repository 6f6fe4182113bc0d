import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WrittenLine } from '../day-format.ts';

/**
 * Writes the days beside this file. They are generated, not recorded from real machines: each is a story with a little
 * noise from a fixed seed. Run `node src-main/policy/days/make.ts` after a change here.
 */
const MINUTE = 60_000;
const GIB = 1024 ** 3;
const START = { at: 1_786_924_800_000, day: 1, minute: 0 };

/** Park and Miller: the same days on every machine. */
function noise(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647 - 0.5;
}

/** One line every five minutes for a day. @param tell what is special at a minute of it */
function day(
  seed: number,
  tell: (minute: number, noise: () => number) => Partial<WrittenLine>,
  skip: (minute: number) => boolean = () => false,
): WrittenLine[] {
  const random = noise(seed);
  return Array.from({ length: 288 }, (_, step) => step * 5).flatMap((minute) => {
    const told = tell(minute, random);
    if (skip(minute)) return [];
    const line: WrittenLine = {
      now: START.at + minute * MINUTE,
      day: START.day,
      minute,
      battery: { onBattery: false, percent: null },
      idleSeconds: 3_600,
      fullScreen: false,
      metered: false,
      diskFreeBytes: 80 * GIB,
      devices: [],
      ...told,
    };
    return [line];
  });
}

const card = (temperatureC: number, foreignLoad: number): WrittenLine['devices'][number] => ({
  id: 'gpu:GPU-1',
  kind: 'gpu',
  foreignLoad,
  temperatureC: Math.round(temperatureC * 10) / 10,
  powerW: 120,
  memoryFreeBytes: 10 * GIB,
  gone: false,
  unusable: null,
});
const processor = (temperatureC: number): WrittenLine['devices'][number] => ({
  ...card(temperatureC, 0),
  id: 'cpu',
  kind: 'cpu',
  powerW: 40,
});

/** Work in the morning, somebody at the desk in the afternoon, a game in the evening with two breaks. */
const gaming = day(7, (minute, random) => {
  const game = minute >= 1_140 && minute < 1_320 && ![1_190, 1_195, 1_250].includes(minute);
  const desk = minute >= 840 && minute < 1_140;
  const heat = (game ? 74 : 62) + 4 * random();
  return {
    fullScreen: game,
    idleSeconds: game || desk ? 5 : 3_600,
    devices: [card(heat, game ? 0.9 : 0), processor(heat - 8)],
  };
});

/** The room warms up until the target is passed in the afternoon; around it the sensor is noisy. */
const summer = day(11, (minute, random) => {
  const room = 24 + 11 * Math.sin(((minute - 480) / 960) * Math.PI) * (minute > 480 && minute < 1_440 ? 1 : 0);
  const heat = 38 + room + (minute > 480 && minute < 1_200 ? 6 : 0) + 3 * random();
  return { devices: [card(heat, 0), processor(heat - 6)] };
});

/** A laptop: plugged in at night, carried about, its lid closed over noon, a metered phone on the train. */
const laptop = day(
  13,
  (minute, random) => {
    const away = minute >= 480 && minute < 1_080;
    return {
      battery: { onBattery: away, percent: away ? Math.max(10, Math.round(100 - (minute - 480) / 8)) : 100 },
      metered: minute >= 1_020 && minute < 1_140,
      idleSeconds: minute >= 420 && minute < 1_320 ? 20 : null,
      devices: [processor(58 + 6 * random())],
    };
  },
  (minute) => minute >= 690 && minute < 780,
);

for (const [name, lines] of Object.entries({ 'gaming-evening': gaming, 'hot-summer': summer, 'laptop-day': laptop }))
  writeFileSync(
    join(import.meta.dirname, `${name}.jsonl`),
    `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`,
  );
