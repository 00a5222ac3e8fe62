/** Puts the machines of the list into groups. Pure functions. */
import { formatSystem } from '../shared/format/host.js';
import { attentionRank, compareNames } from '../shared/machines/attention.js';
import type { JudgedMachine } from '../shared/machines/troubles.js';
import { countByStatus, type Grouping, type StatusCounts } from './list-view.js';

/** Machines that belong together, in the order of the list. */
export interface MachineGroup {
  /** Unique in the list, also between the ways of grouping. */
  key: string;
  label: string;
  counts: StatusCounts;
  ids: readonly string[];
}

/** One line of the list: the head of a group, or a machine. */
export type ListLine =
  | { kind: 'group'; key: string; group: MachineGroup; folded: boolean }
  | { kind: 'machine'; key: string; id: string };

/**
 * The groups, the one that needs attention most first, machines without a tag last. A machine with
 * several tags is in the group of each of them, as a search for the tag would find it.
 */
export function groupsOf(machines: readonly JudgedMachine[], by: Grouping): MachineGroup[] {
  const members = new Map<string, JudgedMachine[]>();
  for (const judge of machines) {
    for (const label of labelsOf(judge, by)) {
      const group = members.get(label);
      if (group === undefined) members.set(label, [judge]);
      else group.push(judge);
    }
  }
  return [...members]
    .map(([label, group]) => ({ label, group, worst: worstOf(group) }))
    .sort(
      (a, b) =>
        Number(a.label === '') - Number(b.label === '') ||
        a.worst.rank - b.worst.rank ||
        b.worst.count - a.worst.count ||
        compareNames(a.label, b.label),
    )
    .map(({ label, group }) => ({
      key: `${by}:${label}`,
      label: label === '' ? 'No tag' : label,
      counts: countByStatus(group),
      ids: group.map(({ machine }) => machine.machine_id),
    }));
}

function labelsOf({ machine }: JudgedMachine, by: Grouping): readonly string[] {
  if (by === 'system') return [formatSystem(machine.os)];
  return machine.tags.length === 0 ? [''] : machine.tags;
}

/** The rank of the machine that is worst off, and how many are as badly off. */
function worstOf(group: readonly JudgedMachine[]): { rank: number; count: number } {
  const ranks = group.map(({ machine }) => attentionRank(machine));
  const rank = Math.min(...ranks);
  return { rank, count: ranks.filter((other) => other === rank).length };
}

/** The lines of the list without groups. */
export function linesOfMachines(machines: readonly JudgedMachine[]): ListLine[] {
  return machines.map(({ machine: { machine_id: id } }) => ({ kind: 'machine', key: id, id }));
}

/** The lines of the list with groups; of a folded one only its head is there. */
export function linesOfGroups(
  groups: readonly MachineGroup[],
  folded: ReadonlySet<string>,
): ListLine[] {
  return groups.flatMap((group): ListLine[] => {
    const isFolded = folded.has(group.key);
    const head: ListLine = { kind: 'group', key: group.key, group, folded: isFolded };
    if (isFolded) return [head];
    return [
      head,
      ...group.ids.map((id): ListLine => ({ kind: 'machine', key: `${group.key}/${id}`, id })),
    ];
  });
}

/** The machines of some lines, each once. */
export function idsOf(lines: readonly ListLine[]): string[] {
  return [...new Set(lines.flatMap((line) => (line.kind === 'machine' ? line.id : [])))];
}
