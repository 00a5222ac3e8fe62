/** The steps of a map of colours. */
import { stepAt } from './heat-map-image.js';

describe('the step of a map', () => {
  it('is the one that contains the time', () => {
    const times = [0, 10, 30];
    expect([-1, 0, 9, 10, 25, 39, 40].map((time) => stepAt(times, 10, time))).toEqual([
      null,
      0,
      0,
      1,
      null,
      2,
      null,
    ]);
  });
});
