/** The sections of a machine's page. */
import { DEVICE_KINDS } from '../../../src/contracts/index.js';
import { CHART_TITLES } from './chart-groups.js';
import { SECTIONS } from './sections.js';

describe('the sections of a machine', () => {
  it('have every chart and every kind of device once', () => {
    expect(SECTIONS.flatMap(({ charts }) => charts).sort()).toEqual([...CHART_TITLES].sort());
    expect(SECTIONS.flatMap(({ kinds }) => kinds).sort()).toEqual([...DEVICE_KINDS].sort());
  });
});
