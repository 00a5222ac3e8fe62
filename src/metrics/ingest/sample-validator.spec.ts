import { sampleFaults, sampleTime } from './sample-validator.js';

const VALID = {
  machine_id: '3f1c7a52-6f0e-4a3e-9d43-0c8d5f6c1b2a',
  cpu: 25.3,
  ram: 40.5,
  disk: 70.2,
  network_in: 1200,
  network_out: 800,
};

describe('faults of a sample', () => {
  it.each<[string, unknown]>([
    ['the smallest push', VALID],
    ['unknown metrics as null', { ...VALID, cpu: null, gpu: null }],
    ['the bounds of a percent', { ...VALID, cpu: 0, ram: 100 }],
    [
      'devices',
      {
        ...VALID,
        devices: { cores: [{ name: '0', usage: 5 }], gpus: [{ name: 'A', power: 7.5 }] },
      },
    ],
    ['reasons', { ...VALID, missing: { temperature: 'no sensor' } }],
    ['either kind of timestamp', { ...VALID, timestamp: 1_790_000_000_000 }],
  ])('has none in %s', (_, body) => {
    expect(sampleFaults(body)).toEqual([]);
  });

  it.each<[string, unknown, string]>([
    ['no object', 'hello', 'the sample must be object'],
    ['a missing metric', { ...VALID, cpu: undefined }, 'cpu is required'],
    ['an unknown field', { ...VALID, cpus: 3 }, 'cpus is not a known field'],
    ['a string for a number', { ...VALID, ram: '40' }, 'ram must be number or null'],
    ['a percent above 100', { ...VALID, cpu: 100.1 }, 'cpu must be at most 100'],
    ['negative bytes', { ...VALID, network_in: -1 }, 'network_in must be at least 0'],
    ['a machine_id that is no uuid', { ...VALID, machine_id: '7' }, 'machine_id must be a uuid'],
    ['a list for a timestamp', { ...VALID, timestamp: [] }, 'timestamp must be string or number'],
    [
      'a field of another kind of device',
      { ...VALID, devices: { cores: [{ name: '0', power: 5 }] } },
      'devices.cores[0].power is not a known field',
    ],
    [
      'a device without a name',
      { ...VALID, devices: { disks: [{ read: 5 }] } },
      'devices.disks[0].name is required',
    ],
    [
      'control characters in a name',
      { ...VALID, devices: { disks: [{ name: 'a\u0000b' }] } },
      'devices.disks[0].name must not have control characters',
    ],
    [
      'an unknown device list',
      { ...VALID, devices: { toasters: [] } },
      'devices.toasters is not a known field',
    ],
  ])('names the field in %s', (_, body, message) => {
    expect(sampleFaults(JSON.parse(JSON.stringify(body)))).toEqual([message]);
  });

  it('lists every fault, up to a bound', () => {
    expect(sampleFaults({ ...VALID, cpu: -1, ram: 200 })).toHaveLength(2);
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`x${index}`, 1]));
    expect(sampleFaults({ ...VALID, ...many })).toHaveLength(20);
  });
});

describe('time of a sample', () => {
  const now = Date.parse('2026-05-01T12:00:00Z');
  const window = { now, oldest: now - 86_400_000 };

  it.each([
    ['2026-05-01T11:59:00Z', '2026-05-01T11:59:00Z'],
    ['2026-05-01T13:59:00+02:00', '2026-05-01T11:59:00Z'],
    [now - 1, '2026-05-01T11:59:59.999Z'],
    [String(now), '2026-05-01T12:00:00Z'],
  ])('understands %s', (timestamp, expected) => {
    expect(sampleTime(timestamp, window)).toBe(Date.parse(expected));
  });

  it.each([
    ['yesterday', 'ISO 8601'],
    ['2026-05-01T11:59:00', 'ISO 8601'],
    ['2026-05-01T12:05:01Z', 'in the future'],
    ['2026-04-30T11:59:59Z', 'before the retention window'],
    [Number.NaN, 'ISO 8601'],
  ])('refuses %s', (timestamp, fault) => {
    expect(sampleTime(timestamp, window)).toMatchObject({ fault: expect.stringContaining(fault) });
  });
});
