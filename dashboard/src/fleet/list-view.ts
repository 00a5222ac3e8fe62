/** Filters and sorts the list of machines. Pure functions. */
import type { MachineSummary } from '../../../src/contracts/index.js';
import { type Level, worstLevel } from '../shared/format/levels.js';

/** The sort keys. `attention` sorts machines that are down first, then hot ones, then by name. */
export const SORT_KEYS = [
  'attention',
  'name',
  'os',
  'cpu',
  'ram',
  'disk',
  'network_in',
  'network_out',
  'gpu',
  'temperature',
  'load1',
  'last_seen',
] as const;

/** A column of the list. */
export type SortKey = (typeof SORT_KEYS)[number];

/** The filters; `hot` selects online machines with a percentage of 90 or more. */
export const STATUS_FILTERS = [
  'all',
  'online',
  'offline',
  'stopped',
  'asleep',
  'pending',
  'hot',
] as const;

/** One filter above the list. */
export type StatusFilter = (typeof STATUS_FILTERS)[number];

/** The search, filter and order of the list. */
export interface ListView {
  search: string;
  status: StatusFilter;
  sort: SortKey;
  descending: boolean;
}

/** The number of machines for each filter. */
export type StatusCounts = Record<StatusFilter, number>;

const names = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** How loaded an online machine is; other machines are down rather than hot. */
export function machineLevel(machine: MachineSummary): Level {
  if (machine.status !== 'online' || machine.latest === null) return 'ok';
  const { cpu, ram, disk } = machine.latest;
  return worstLevel([cpu, ram, disk]);
}

/** Counts the machines by status. */
export function countByStatus(machines: readonly MachineSummary[]): StatusCounts {
  const counts: StatusCounts = {
    all: machines.length,
    online: 0,
    offline: 0,
    stopped: 0,
    asleep: 0,
    pending: 0,
    hot: 0,
  };
  for (const machine of machines) {
    counts[machine.status] += 1;
    if (machineLevel(machine) === 'hot') counts.hot += 1;
  }
  return counts;
}

/** True if every word of `search` occurs in the name, a tag or the operating system. */
export function matchesSearch(machine: MachineSummary, search: string): boolean {
  const text = [machine.machine_name, machine.os, ...machine.tags].join('\n').toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

function matchesStatus(machine: MachineSummary, status: StatusFilter): boolean {
  if (status === 'all') return true;
  if (status === 'hot') return machineLevel(machine) === 'hot';
  return machine.status === status;
}

const ATTENTION = { hot: 1, warm: 2, ok: 3 } as const;

function attentionRank(machine: MachineSummary): number {
  if (machine.status === 'offline') return 0;
  if (machine.status !== 'online') return 4;
  return ATTENTION[machineLevel(machine)];
}

function sortValue(machine: MachineSummary, key: SortKey): number | string | null {
  switch (key) {
    case 'attention':
      return attentionRank(machine);
    case 'name':
      return machine.machine_name;
    case 'os':
      return machine.os;
    case 'last_seen':
      return machine.last_seen_at === null ? null : Date.parse(machine.last_seen_at);
    default:
      return machine.latest?.[key] ?? null;
  }
}

function compareValues(a: number | string, b: number | string): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return names.compare(String(a), String(b));
}

/** The machines to show, in order. Unknown values come last in either direction. */
export function viewOf(machines: readonly MachineSummary[], view: ListView): MachineSummary[] {
  const direction = view.descending ? -1 : 1;
  return machines
    .filter((machine) => matchesStatus(machine, view.status) && matchesSearch(machine, view.search))
    .map((machine) => ({ machine, value: sortValue(machine, view.sort) }))
    .sort((a, b) => {
      if (a.value === null || b.value === null) {
        if (a.value !== b.value) return a.value === null ? 1 : -1;
      } else {
        const order = compareValues(a.value, b.value);
        if (order !== 0) return order * direction;
      }
      return names.compare(a.machine.machine_name, b.machine.machine_name);
    })
    .map(({ machine }) => machine);
}

/** The view in the page's address; invalid parts take their defaults. */
export function viewFromAddress(parameters: URLSearchParams): ListView {
  const sort = parameters.get('sort') ?? '';
  const key = sort.replace(/^-/, '');
  return {
    search: parameters.get('q') ?? '',
    status: STATUS_FILTERS.find((name) => name === parameters.get('status')) ?? 'all',
    sort: SORT_KEYS.find((name) => name === key) ?? 'attention',
    descending: sort.startsWith('-'),
  };
}

/** The page's address for a view; defaults are left out. */
export function addressOfView(view: ListView): URLSearchParams {
  const parameters = new URLSearchParams();
  if (view.search !== '') parameters.set('q', view.search);
  if (view.status !== 'all') parameters.set('status', view.status);
  const sort = `${view.descending ? '-' : ''}${view.sort}`;
  if (sort !== 'attention') parameters.set('sort', sort);
  return parameters;
}

/**
 * The order after a click on a column: numbers start with the largest, names with the first;
 * another click reverses the order.
 */
export function nextSort(view: ListView, key: SortKey): Pick<ListView, 'sort' | 'descending'> {
  if (view.sort === key) return { sort: key, descending: !view.descending };
  return { sort: key, descending: !['attention', 'name', 'os'].includes(key) };
}
