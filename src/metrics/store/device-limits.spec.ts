import { admitDevices, DEVICE_LIMITS, devicesToForget } from './device-limits.js';

const { kept, known } = DEVICE_LIMITS;

describe('devices of a machine', () => {
  it('are taken while there is room for their kind', () => {
    const rows = (['core', 'core', 'fan'] as const).map((kind, index) => ({
      machine: 1,
      kind,
      name: String(index),
    }));
    const { admitted, refused } = admitDevices(rows, (_, kind) =>
      kind === 'core' ? known - 1 : 0,
    );
    expect(admitted.map(({ name }) => name)).toEqual(['0', '2']);
    expect(refused.map(({ name }) => name)).toEqual(['1']);
  });

  it('are forgotten when they have no data, and the silent ones when they are too many', () => {
    const many = Array.from({ length: kept + 2 }, (_, index) => ({
      id: index + 1,
      kind: 'interface' as const,
      last: 1_000 - index,
    }));
    const { empty, surplus } = devicesToForget([
      ...many,
      { id: 90_000, kind: 'fan', last: -1_000_000 },
      { id: 90_001, kind: 'interface', last: null },
    ]);
    expect(empty).toEqual([90_001]);
    expect(surplus).toEqual([kept + 1, kept + 2]);
  });
});
