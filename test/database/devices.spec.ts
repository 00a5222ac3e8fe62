/** Devices that come and go: names are forgotten with their data, and bounded for each machine. */
import { Logger } from '@nestjs/common';
import { runSteps } from '../../src/metrics/maintenance/run-steps.js';
import { createMetricsStore } from '../../src/metrics/store/create-metrics-store.js';
import { DEVICE_LIMITS } from '../../src/metrics/store/device-limits.js';
import type { MetricsStore } from '../../src/metrics/store/metrics-store.js';
import { RefusedDevicesService } from '../../src/metrics/store/refused-devices.service.js';
import { DATABASES } from '../helpers/server.js';
import { deviceBuckets, openTestStore, storeSample, type TestStore } from '../helpers/store.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOW = Date.parse('2026-05-01T12:00:00Z');
/** When nothing that was written at NOW is kept any longer, in partitions of any width. */
const LATER = NOW + 300 * DAY;
const A_DAY = { raw: DAY, '1m': DAY, '1h': DAY };
const { signal } = new AbortController();

beforeAll(() => Logger.overrideLogger(false));

describe.each(DATABASES)('devices on %s', (database) => {
  let test: TestStore;
  /** On PostgreSQL another replica, which has caches of its own. */
  let other: MetricsStore;
  let machine: number;

  beforeEach(async () => {
    test = await openTestStore(database, NOW - DAY);
    other =
      database === 'postgres'
        ? createMetricsStore(test.config, () => test.now, new RefusedDevicesService())
        : test.store;
    await other.open();
    [machine = 0] = await test.addMachines(1);
  });

  afterEach(async () => {
    if (other !== test.store) {
      await other.close();
    }
    await test.close();
  });

  const interfaces = (at: number, names: string[], more = {}) =>
    storeSample(machine, at, {
      values: { cpu: 1 },
      devices: { interfaces: names.map((name) => ({ name, network_in: 5 })), ...more },
    });
  const names = async () => (await test.store.devices(machine)).map(({ name }) => name);
  const rollUp = async (now: number) => {
    for (const tier of ['1m', '1h'] as const) {
      await runSteps(() => test.store.rollUp(tier, now), signal);
    }
    await runSteps(() => test.store.compact(now), signal);
  };
  const forget = () => runSteps(() => test.store.forgetDevices(), signal);

  it('are forgotten when the last of their data is, and stored anew when they come back', async () => {
    await other.write([interfaces(NOW, ['eth0', 'veth0'])]);
    await rollUp(NOW + 3 * HOUR);
    await runSteps(
      () => test.store.expire(NOW + 10 * DAY, { ...A_DAY, '1h': 900 * DAY }, signal),
      signal,
    );
    await forget();
    expect(await names()).toEqual(['eth0', 'veth0']);
    await rollUp(LATER);
    await test.store.prepare(LATER);
    await other.write([interfaces(LATER, ['eth0'])]);
    await runSteps(() => test.store.expire(LATER, A_DAY, signal), signal);
    await forget();
    expect(await names()).toEqual(['eth0']);
    // The other replica still remembers which id it had.
    await other.write([interfaces(LATER + 1, ['eth0', 'veth0']), interfaces(LATER + 2, ['veth0'])]);
    const devices = await test.store.devices(machine, 'interface');
    expect(devices.map(({ name }) => name)).toEqual(['eth0', 'veth0']);
    const buckets = await deviceBuckets(test.store, {
      keys: devices.map(({ id }) => id),
      metrics: ['network_in'],
      from: LATER,
      to: LATER + MINUTE,
      stepMs: MINUTE,
      tier: 'raw',
    });
    expect(buckets.map(({ values }) => values[0]?.count)).toEqual([2, 2]);
  });

  it('are told by when they last had data', async () => {
    await test.store.write([interfaces(NOW, ['eth0', 'veth0'])]);
    await test.store.write([interfaces(NOW + HOUR, ['eth0'])]);
    const since = async (time: number) =>
      (await test.store.devices(machine, 'interface', time)).map(({ name }) => name);
    expect(await since(NOW)).toEqual(['eth0', 'veth0']);
    expect(await since(NOW + 1)).toEqual(['eth0']);
    expect(await since(NOW + 2 * HOUR)).toEqual([]);
  });

  it('of one kind are bounded: more are not stored, their sample and other kinds are', async () => {
    const { known, kept } = DEVICE_LIMITS;
    const name = (index: number) => `veth${String(index).padStart(5, '0')}`;
    const all = Array.from({ length: known }, (_, index) => name(index));
    for (let start = 0; start < known; start += 1_024) {
      const at = NOW + start / 1_024;
      await test.store.write([interfaces(at, all.slice(start, start + 1_024))]);
    }
    const [neighbour = 0] = await test.addMachines(1);
    const fans = { fans: [{ name: 'fan1', speed: 900 }] };
    const late = [
      interfaces(NOW + 100, ['new', name(7)], fans),
      { ...interfaces(NOW + 100, ['new']), machineKey: neighbour },
    ];
    expect(await test.store.write(late)).toHaveLength(2);
    expect(await test.store.devices(neighbour)).toHaveLength(1);
    expect(await test.store.devices(machine, 'fan')).toHaveLength(1);
    expect(await test.store.devices(machine, 'interface')).toHaveLength(known);
    expect(await names()).not.toContain('new');
    // Those that are silent for longest make room, with their data.
    await rollUp(NOW + 3 * HOUR);
    await forget();
    const left = await names();
    expect(left).toHaveLength(kept + 1);
    expect(left).toEqual(expect.arrayContaining(['fan1', name(7), name(known - 1)]));
    await test.store.write([interfaces(NOW + 101, ['new'])]);
    expect(await names()).toContain('new');
    await rollUp(NOW + 5 * HOUR);
    const [{ rows }] = await test.dataSource.query(
      'SELECT count(DISTINCT device) AS rows FROM raw_hour_blocks WHERE device > 0',
    );
    expect(Number(rows)).toBe(kept + 3);
  }, 60_000);
});
