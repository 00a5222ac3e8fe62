import 'reflect-metadata';
import fc from 'fast-check';
import type { MachineStatus } from '../contracts/index.js';
import { MACHINE_SORTS, type MachineListOptions, pageOfMachines } from './machine-list.js';
import type { MachineRow } from './registry/machines.store.js';

interface Given {
  name: string;
  status: MachineStatus;
  cpu: number | null;
}

function fleet(given: readonly Given[]) {
  const rows = given.map(
    ({ name }, key) =>
      ({
        key,
        machine_id: `id-${String(key).padStart(4, '0')}`,
        machine_name: name,
        os: 'linux',
        tags: ['tag'],
        registered_at: key,
      }) as unknown as MachineRow,
  );
  const presence = {
    statusOf: (row: MachineRow) => given[row.key]?.status ?? 'pending',
    lastSeenAt: (machine: number) => (given[machine]?.cpu === null ? null : machine),
    metric: (machine: number) => given[machine]?.cpu ?? null,
  };
  return (options: Partial<MachineListOptions>) =>
    pageOfMachines(rows, presence, { sort: 'name', limit: 100, ...options });
}

const names = (page: { items: MachineRow[] }) => page.items.map((row) => row.machine_name);

describe('the list of machines', () => {
  it('puts unknown values last in both directions', () => {
    const list = fleet([
      { name: 'unknown', status: 'online', cpu: null },
      { name: 'busy', status: 'online', cpu: 90 },
      { name: 'idle', status: 'online', cpu: 0 },
    ]);
    expect(names(list({ sort: 'cpu' }))).toEqual(['idle', 'busy', 'unknown']);
    expect(names(list({ sort: '-cpu' }))).toEqual(['busy', 'idle', 'unknown']);
  });

  it('orders statuses from online over offline to pending', () => {
    const list = fleet([
      { name: 'p', status: 'pending', cpu: null },
      { name: 'off', status: 'offline', cpu: 1 },
      { name: 'on', status: 'online', cpu: 1 },
    ]);
    expect(names(list({ sort: 'status' }))).toEqual(['on', 'off', 'p']);
  });

  it('goes on behind the last item although machines came and went between two pages', () => {
    const before = fleet(['b', 'd', 'f'].map((name) => ({ name, status: 'online', cpu: 1 })));
    const first = before({ limit: 2 });
    expect(names(first)).toEqual(['b', 'd']);
    const after = fleet(
      ['a', 'b', 'c', 'e', 'f'].map((name) => ({ name, status: 'online', cpu: 1 })),
    );
    expect(names(after({ limit: 2, cursor: first.next ?? '' }))).toEqual(['e', 'f']);
  });

  it('refuses a cursor that it did not give', () => {
    expect(() => fleet([])({ cursor: 'x' })).toThrow('cursor');
  });

  it('shows every machine once, in the order of the whole list, whatever the page size', () => {
    const machine = fc.record({
      name: fc.constantFrom('a', 'B', 'b', 'ä', '1'),
      status: fc.constantFrom<MachineStatus>('online', 'offline', 'pending'),
      cpu: fc.option(fc.constantFrom(0, 1.5, 100), { nil: null }),
    });
    fc.assert(
      fc.property(
        fc.array(machine, { maxLength: 20 }),
        fc.constantFrom(...MACHINE_SORTS),
        fc.integer({ min: 1, max: 7 }),
        (given, sort, limit) => {
          const list = fleet(given);
          const whole = list({ sort }).items;
          const paged: MachineRow[] = [];
          let cursor: string | null | undefined;
          do {
            const page = list({ sort, limit, ...(cursor && { cursor }) });
            expect(page.total).toBe(given.length);
            paged.push(...page.items);
            cursor = page.next;
          } while (cursor);
          expect(paged).toEqual(whole);
        },
      ),
    );
  });
});
