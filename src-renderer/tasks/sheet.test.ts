import { describe, expect, it } from 'vitest';
import { blankSheet, inkFromPicture, isBlank, scaleFor, shrink, stroke } from './sheet.ts';

it('chooses whole scales', () => {
  expect(scaleFor(28, 28)).toBe(10);
  expect(scaleFor(640, 480)).toBe(1);
});

describe('stroke', () => {
  it('draws, stays inside and can be erased', () => {
    const sheet = blankSheet(40, 40);
    expect(isBlank(sheet)).toBe(true);
    stroke(sheet, { x: -5, y: 20 }, { x: 60, y: 20 }, 3);
    expect(sheet.ink[20 * 40 + 20]).toBe(255);
    expect(sheet.ink[5 * 40 + 20]).toBe(0);
    stroke(sheet, { x: -5, y: 20 }, { x: 60, y: 20 }, 6, 0);
    expect(isBlank(sheet)).toBe(true);
  });
  it('makes a dot of a single point', () => {
    const sheet = blankSheet(20, 20);
    stroke(sheet, { x: 10, y: 10 }, { x: 10, y: 10 }, 2);
    const total = sheet.ink.reduce((sum, value) => sum + value, 0) / 255;
    expect(total).toBeGreaterThan(Math.PI * 4 * 0.8);
    expect(total).toBeLessThan(Math.PI * 9);
  });
});

it('shrinks by the mean', () => {
  const sheet = blankSheet(4, 2);
  sheet.ink.set([255, 255, 0, 0, 255, 255, 0, 100]);
  expect([...shrink(sheet, 2, 1)]).toEqual([255, 25]);
});

describe('inkFromPicture', () => {
  const picture = (paper: number, ink: number) => {
    const rgba = new Uint8ClampedArray(9 * 4);
    for (let at = 0; at < 9; at++) rgba.set([...Array(3).fill(at === 4 ? ink : paper), 255], at * 4);
    return [...inkFromPicture(rgba, 3, 3)];
  };
  it('reads dark on light', () => expect(picture(255, 0)).toEqual([0, 0, 0, 0, 255, 0, 0, 0, 0]));
  it('reads light on dark', () => expect(picture(0, 255)).toEqual([0, 0, 0, 0, 255, 0, 0, 0, 0]));
  it('takes a transparent ground as paper', () =>
    expect([...inkFromPicture(new Uint8ClampedArray(9 * 4), 3, 3)]).toEqual(Array(9).fill(0)));
});
