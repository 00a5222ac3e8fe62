import { batteryCharge } from './battery.js';
import { boundedPercent } from './percent.js';

describe('a share of time', () => {
  it.each([
    [-3, 0],
    [0, 0],
    [42.5, 42.5],
    [104, 100],
    [-11, null],
    [140, null],
    [Number.NaN, null],
    [Number.POSITIVE_INFINITY, null],
  ])('of %d percent is %p', (value, share) => {
    expect(boundedPercent(value)).toBe(share);
  });
});

describe('the charge of a battery', () => {
  it.each([
    [0, 0],
    [100, 100],
    [103, 100],
    [117, null],
    [255, null],
    [1034, null],
    [-1, null],
    [Number.NaN, null],
  ])('that tells %d percent is %p', (percent, charge) => {
    expect(batteryCharge(percent)).toBe(charge);
  });
});
