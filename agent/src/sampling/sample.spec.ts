import { METRIC_NAMES, PUSH_LIMITS } from '../../../src/contracts/index.js';
import { assembleSample } from './sample.js';

describe('a sample', () => {
  it('names every metric, with a reason for each that has no value', () => {
    const sample = assembleSample(5, [
      { metrics: { cpu: 12.3456, uptime: 9.6 } },
      { metrics: { swap: null }, missing: { swap: 'no swap on this machine' } },
    ]);
    expect(sample).toMatchObject({ timestamp: 5, cpu: 12.35, uptime: 10, ram: null, swap: null });
    expect(sample.missing?.swap).toBe('no swap on this machine');
    expect(sample.missing?.ram).toBe('not read on this system');
    expect(Object.keys(sample.missing ?? {})).toHaveLength(METRIC_NAMES.length - 2);
  });

  it('carries no value that cannot be real', () => {
    const sample = assembleSample(0, [
      { metrics: { cpu: 101, ram: Number.NaN, network_in: 2e12, disk: -1 } },
    ]);
    expect(sample).toMatchObject({ cpu: null, ram: null, network_in: null, disk: null });
    expect(sample.missing?.cpu).toBe('implausible value 101');
  });

  it('keeps within the limits of a push', () => {
    const cores = Array.from({ length: 2000 }, (_, core) => ({ name: String(core), usage: 1 }));
    const long = { name: 'n'.repeat(500), temperature: 20 };
    const sample = assembleSample(0, [
      { missing: { gpu: 'x'.repeat(1000) }, devices: { cores, sensors: [long, long] } },
    ]);
    expect(sample.devices?.cores).toHaveLength(PUSH_LIMITS.devicesPerKind);
    expect(sample.devices?.sensors).toEqual([
      { name: 'n'.repeat(200), temperature: 20 },
      { name: `${'n'.repeat(197)} #2`, temperature: 20 },
    ]);
    expect(sample.missing?.gpu).toHaveLength(PUSH_LIMITS.missingReasonLength);
  });

  it('names devices as the server takes them, whatever a mount point is called', () => {
    const names = ['/mnt/bell\u0007\n', `/${'x'.repeat(198)}💾`].map((name) => ({ name }));
    const sample = assembleSample(0, [
      { devices: { filesystems: names }, missing: { gpu: 'no\u001b[31m' } },
    ]);
    expect(sample.devices?.filesystems).toEqual([
      { name: '/mnt/bell\ufffd\ufffd' },
      { name: `/${'x'.repeat(198)}\ufffd` },
    ]);
    expect(sample.missing?.gpu).toBe('no\ufffd[31m');
  });

  it('merges devices, with only the metrics of their kind', () => {
    const odd = { name: 'sda', read: 1.4, write: null, usage: 200, colour: 'red' };
    const sample = assembleSample(0, [
      { devices: { disks: [odd] } },
      { devices: { disks: [{ name: 'sda', read: 7 }, { name: '', read: 1 }, { name: 'sdb' }] } },
    ]);
    expect(sample.devices).toEqual({
      disks: [{ name: 'sda', read: 1, write: null, usage: null }, { name: 'sdb' }],
    });
  });

  it('numbers the devices of one collector that have one name', () => {
    const fans = [
      { name: 'fan', speed: 1 },
      { name: 'fan', speed: 2 },
      { name: 'fan #2', speed: 3 },
    ];
    expect(assembleSample(0, [{ devices: { fans } }]).devices?.fans).toEqual([
      { name: 'fan', speed: 1 },
      { name: 'fan #2', speed: 2 },
      { name: 'fan #2 #2', speed: 3 },
    ]);
  });

  it('has no devices if there are none', () => {
    expect(assembleSample(0, [{ devices: { gpus: [] } }])).not.toHaveProperty('devices');
  });
});
