/** Filtering, sorting and paging of the list of machines. Pure. */
import { decodeCursor, toPage } from '../common/paging.js';
import type { MachineStatus, MetricName, Page } from '../contracts/index.js';
import type { MachineRow } from './registry/machines.store.js';

const SORT_KEYS = [
  'name',
  'status',
  'registered_at',
  'last_seen_at',
  'cpu',
  'ram',
  'disk',
] as const;
type SortKey = (typeof SORT_KEYS)[number];

/** What a list can be sorted by; `-` before it turns the order round. */
export type MachineSort = SortKey | `-${SortKey}`;

/** Every value of `?sort`. */
export const MACHINE_SORTS: MachineSort[] = SORT_KEYS.flatMap((key) => [key, `-${key}` as const]);

/** Which machines, in which order, which page. */
export interface MachineListOptions {
  status?: MachineStatus;
  tag?: string;
  search?: string;
  sort: MachineSort;
  limit: number;
  cursor?: string;
}

/** What presence knows of machines, as far as lists are concerned. */
export interface PresenceReader {
  statusOf(row: MachineRow): MachineStatus;
  lastSeenAt(machineKey: number): number | null;
  metric(machineKey: number, name: MetricName): number | null;
}

interface Entry {
  row: MachineRow;
  /** What it is sorted by; `''` is unknown and always comes last. */
  key: string | number;
}

const STATUS_RANK: Record<MachineStatus, number> = {
  online: 0,
  offline: 1,
  stopped: 2,
  asleep: 3,
  pending: 4,
};

/** One page of the machines that match. Throws InvalidInputError for a cursor of another list. */
export function pageOfMachines(
  machines: readonly MachineRow[],
  presence: PresenceReader,
  options: MachineListOptions,
): Page<MachineRow> {
  const descending = options.sort.startsWith('-');
  const sortKey = options.sort.replace('-', '') as SortKey;
  const compare = (a: Entry, b: Entry) =>
    compareKeys(a.key, b.key, descending) || compareText(a.row.machine_id, b.row.machine_id);
  const wanted = matcher(options);
  const entries: Entry[] = [];
  for (const row of machines) {
    if (wanted(row, presence.statusOf(row))) {
      entries.push({ row, key: keyOf(sortKey, row, presence) });
    }
  }
  entries.sort(compare);
  const start = options.cursor === undefined ? 0 : startAfter(options.cursor, entries, descending);
  return toPage(entries.slice(start, start + options.limit + 1), {
    total: entries.length,
    limit: options.limit,
    keyOf: ({ key, row }) => [key, row.machine_id],
    toItem: ({ row }) => row,
  });
}

function matcher({ status, tag, search }: MachineListOptions) {
  const text = search?.trim().toLowerCase();
  return (row: MachineRow, now: MachineStatus): boolean =>
    (status === undefined || now === status) &&
    (tag === undefined || row.tags.includes(tag)) &&
    (!text ||
      [row.machine_name, row.os, ...row.tags].some((part) => part.toLowerCase().includes(text)));
}

function keyOf(key: SortKey, row: MachineRow, presence: PresenceReader): string | number {
  switch (key) {
    case 'name':
      return row.machine_name.toLowerCase();
    case 'status':
      return STATUS_RANK[presence.statusOf(row)];
    case 'registered_at':
      return row.registered_at;
    case 'last_seen_at':
      return presence.lastSeenAt(row.key) ?? '';
    default:
      return presence.metric(row.key, key) ?? '';
  }
}

function startAfter(cursor: string, entries: readonly Entry[], descending: boolean): number {
  const [key, machine_id] = decodeCursor(cursor, 2) as [string | number, string | number];
  const index = entries.findIndex(
    (entry) =>
      (compareKeys(entry.key, key, descending) ||
        compareText(entry.row.machine_id, String(machine_id))) > 0,
  );
  return index === -1 ? entries.length : index;
}

function compareKeys(a: string | number, b: string | number, descending: boolean): number {
  if (a === b) {
    return 0;
  }
  if (a === '' || b === '') {
    return a === '' ? 1 : -1;
  }
  const order =
    typeof a === 'number' && typeof b === 'number' ? a - b : compareText(String(a), String(b));
  return descending ? -order : order;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
