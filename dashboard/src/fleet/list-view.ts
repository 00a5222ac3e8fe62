/** Filters and sorts the list of machines. Pure functions. */
import { type MachineSummary, METRIC_CATALOG, METRIC_NAMES } from '../../../src/contracts/index.js';
import { attentionRank, compareNames } from '../shared/machines/attention.js';
import type { JudgedMachine } from '../shared/machines/troubles.js';

/** Metrics with a bar stand beside each other. */
const isPercentage = (name: (typeof METRIC_NAMES)[number]) =>
  METRIC_CATALOG[name].unit === 'percent';

/** The columns that can be chosen, in the order in which they are shown. */
export const COLUMN_KEYS = [
  'os',
  'tags',
  ...METRIC_NAMES.filter((name) => isPercentage(name)),
  ...METRIC_NAMES.filter((name) => !isPercentage(name)),
  'agent_version',
  'last_seen',
] as const;

/** A column of the list beside the name. */
export type ColumnKey = (typeof COLUMN_KEYS)[number];

/** The sort keys. `attention` sorts machines that are down first, then hot ones, then by name. */
const SORT_KEYS = ['attention', 'name', ...COLUMN_KEYS] as const;

/** What the list can be sorted by. */
export type SortKey = (typeof SORT_KEYS)[number];

/** The statuses, then what can be wrong with a machine that reports. */
const STATUS_FILTERS = [
  'all',
  'online',
  'offline',
  'stopped',
  'asleep',
  'pending',
  'hot',
  'conflict',
  'late',
  'clock',
  'outdated',
] as const;

/** One filter above the list. */
export type StatusFilter = (typeof STATUS_FILTERS)[number];

/** How machines can be grouped. */
export const GROUPINGS = ['none', 'tag', 'system'] as const;

/** What machines are grouped by. */
export type Grouping = (typeof GROUPINGS)[number];

/** The search, filter, order and shape of the list. */
export interface ListView {
  search: string;
  status: StatusFilter;
  sort: SortKey;
  descending: boolean;
  group: Grouping;
  /** The chosen columns; `null` for those that fit. */
  columns: readonly ColumnKey[] | null;
}

/** The number of machines for each filter. */
export type StatusCounts = Record<StatusFilter, number>;

/** The list as it is shown without an address that says otherwise. */
export const DEFAULT_VIEW: ListView = {
  search: '',
  status: 'all',
  sort: 'attention',
  descending: false,
  group: 'none',
  columns: null,
};

/** Counts the machines by status and trouble. */
export function countByStatus(machines: readonly JudgedMachine[]): StatusCounts {
  const counts = Object.fromEntries(STATUS_FILTERS.map((name) => [name, 0])) as StatusCounts;
  counts.all = machines.length;
  for (const { machine, troubles } of machines) {
    counts[machine.status] += 1;
    for (const trouble of troubles) if (trouble !== 'offline') counts[trouble] += 1;
  }
  return counts;
}

/** True if every word of `search` occurs in the name, a tag or the operating system. */
function matchesSearch(machine: MachineSummary, words: readonly string[]): boolean {
  const text = [machine.machine_name, machine.os, ...machine.tags].join('\n').toLowerCase();
  return words.every((word) => text.includes(word));
}

function matchesStatus({ machine, troubles }: JudgedMachine, status: StatusFilter): boolean {
  if (status === 'all' || status === machine.status) return true;
  return troubles.some((trouble) => trouble === status);
}

function sortValue(machine: MachineSummary, key: SortKey): number | string | null {
  switch (key) {
    case 'attention':
      return attentionRank(machine);
    case 'name':
      return machine.machine_name;
    case 'os':
    case 'agent_version':
      return machine[key];
    case 'tags':
      return machine.tags.length === 0 ? null : machine.tags.join(' ');
    case 'last_seen':
      return machine.last_seen_at === null ? null : Date.parse(machine.last_seen_at);
    default:
      return machine.latest?.[key] ?? null;
  }
}

function compareValues(a: number | string, b: number | string): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return compareNames(String(a), String(b));
}

/** The machines to show, in order. Unknown values come last in either direction. */
export function viewOf(machines: readonly JudgedMachine[], view: ListView): JudgedMachine[] {
  const direction = view.descending ? -1 : 1;
  const words = view.search.toLowerCase().split(/\s+/);
  return machines
    .filter((judge) => matchesStatus(judge, view.status) && matchesSearch(judge.machine, words))
    .map((judge) => ({ judge, value: sortValue(judge.machine, view.sort) }))
    .sort((a, b) => {
      if (a.value === null || b.value === null) {
        if (a.value !== b.value) return a.value === null ? 1 : -1;
      } else {
        const order = compareValues(a.value, b.value);
        if (order !== 0) return order * direction;
      }
      return compareNames(a.judge.machine.machine_name, b.judge.machine.machine_name);
    })
    .map(({ judge }) => judge);
}

/** Stands between the columns in the address: a comma would be written `%2C`. */
const COLUMN_SEPARATOR = '.';

/** The view in the page's address; invalid parts take their defaults. */
export function viewFromAddress(parameters: URLSearchParams): ListView {
  const sort = parameters.get('sort') ?? '';
  const key = sort.replace(/^-/, '');
  return {
    search: parameters.get('q') ?? '',
    status: STATUS_FILTERS.find((name) => name === parameters.get('status')) ?? 'all',
    sort: SORT_KEYS.find((name) => name === key) ?? 'attention',
    descending: sort.startsWith('-'),
    group: GROUPINGS.find((name) => name === parameters.get('group')) ?? 'none',
    columns: columnsIn(parameters.get('columns')),
  };
}

function columnsIn(text: string | null): ColumnKey[] | null {
  if (text === null) return null;
  const given = text.split(COLUMN_SEPARATOR);
  return COLUMN_KEYS.filter((key) => given.includes(key));
}

/** The page's address for a view; defaults are left out. */
export function addressOfView(view: ListView): URLSearchParams {
  const parameters = new URLSearchParams();
  if (view.search !== '') parameters.set('q', view.search);
  if (view.status !== 'all') parameters.set('status', view.status);
  const sort = `${view.descending ? '-' : ''}${view.sort}`;
  if (sort !== 'attention') parameters.set('sort', sort);
  if (view.group !== 'none') parameters.set('group', view.group);
  if (view.columns !== null) parameters.set('columns', view.columns.join(COLUMN_SEPARATOR));
  return parameters;
}

/**
 * The view that a change starts from: `drawn` unless the address is no longer `drawnAddress`, the one
 * that it was drawn for. React lets an address wait, and two quick changes are two changes.
 */
export function newestView(drawn: ListView, drawnAddress: string, address: string): ListView {
  return address === drawnAddress ? drawn : viewFromAddress(new URLSearchParams(address));
}

const FIRST_TO_LAST: readonly SortKey[] = ['attention', 'name', 'os', 'tags', 'agent_version'];

/**
 * The order after a click on a column: numbers start with the largest, names with the first;
 * another click reverses the order.
 */
export function nextSort(view: ListView, key: SortKey): Pick<ListView, 'sort' | 'descending'> {
  if (view.sort === key) return { sort: key, descending: !view.descending };
  return { sort: key, descending: !FIRST_TO_LAST.includes(key) };
}
