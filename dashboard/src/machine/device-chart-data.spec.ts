/** Charts of devices. */
import type { DeviceHistory, DeviceKind } from '../../../src/contracts/index.js';
import { deviceCharts } from './device-chart-data.js';

const history = (kind: DeviceKind, devices: DeviceHistory['devices']): DeviceHistory => ({
  machine_id: 'm',
  kind,
  from: '',
  to: '',
  step_seconds: 5,
  tier: 'raw',
  timestamp: [0, 5_000],
  devices,
});
const cores = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    name: String(count - 1 - index),
    columns: { usage: [index, null] },
  }));

describe('charts of devices', () => {
  it('have a line for each device while they can be told apart', () => {
    const { charts, maps } = deviceCharts(history('core', cores(3)), 15_000, null);
    expect(charts.map(({ title, hidden, series }) => [title, hidden, series.length])).toEqual([
      ['Usage', 0, 3],
    ]);
    expect(maps).toEqual([]);
  });

  it('have the busiest ones where there are more', () => {
    const [chart] = deviceCharts(history('core', cores(10)), 15_000, null).charts;
    expect(chart?.hidden).toBe(2);
    expect(chart?.series.map(({ label }) => label)).toEqual([
      '0',
      '1',
      '2',
      '3',
      '4',
      '5',
      '6',
      '7',
    ]);
  });

  it('become a map in the order of names where there are many', () => {
    const { charts, maps } = deviceCharts(history('core', cores(17)), 15_000, null);
    expect(charts).toEqual([]);
    expect(maps[0]?.rows.map(({ name }) => name).slice(0, 3)).toEqual(['0', '1', '2']);
    expect(maps[0]?.rows[0]?.values).toEqual([16, null]);
  });

  it('stand together for each card of a GPU, with the metrics that it has', () => {
    const columns = { usage: [1, 2], memory_usage: [3, 4], power: [100, 110] };
    const { charts } = deviceCharts(
      history('gpu', [
        { name: 'a', columns },
        { name: 'b', columns: { temperature: [50, 51] } },
      ]),
      15_000,
      null,
    );
    expect(charts.map(({ title, unit }) => [title, unit])).toEqual([
      ['a: usage', 'percent'],
      ['a: power', 'watts'],
      ['b: temperature', 'celsius'],
    ]);
    expect(charts[0]?.series.map(({ label }) => label)).toEqual(['Usage', 'Memory']);
    expect(charts[0]?.timeline.columns.d1).toEqual([3, 4]);
  });

  it('leave out metrics without a value', () => {
    const disks = [{ name: 'sda', columns: { read: [1, 2], write: [null, null] } }];
    const { charts } = deviceCharts(history('disk', disks), 15_000, null);
    expect(charts.map(({ title }) => title)).toEqual(['Read']);
  });

  it('have the values of an earlier time beside those of the device of the same name', () => {
    const then = history('disk', [
      { name: 'new', columns: {} },
      { name: 'sda', columns: { read: [7, 8] } },
    ]);
    const now = { ...history('disk', [{ name: 'sda', columns: { read: [1, 2] } }]) };
    const before = {
      history: { ...then, timestamp: [-60_000, -55_000] },
      shiftMs: 60_000,
      from: 0,
      to: 5_000,
    };
    const [chart] = deviceCharts(now, 15_000, before).charts;
    expect(chart?.timeline.columns).toMatchObject({ d0: [1, 2], d0_before: [7, 8] });
  });
});
