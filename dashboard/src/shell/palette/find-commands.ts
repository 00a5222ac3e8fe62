/** Which commands match what was typed, the best first. Pure functions. */

/** The groups of the palette, in the order in which they are listed. */
export const COMMAND_GROUPS = ['Machines', 'Pages', 'Actions'] as const;

/** A group of the palette. */
export type CommandGroup = (typeof COMMAND_GROUPS)[number];

/** Something to go to or to do. */
export interface Command {
  id: string;
  group: CommandGroup;
  label: string;
  /** Shown beside the label and searched too, e.g. the tags of a machine. */
  detail?: string;
  /** The machine is down or loaded: listed first while nothing is typed. */
  urgent?: boolean;
}

const names = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** How well a word fits; smaller is better, `null` if it does not occur. */
function rankOf(command: Command, word: string): number | null {
  const label = command.label.toLowerCase();
  if (label.startsWith(word)) return 0;
  if (startsAWord(label, word)) return 1;
  if (label.includes(word)) return 2;
  return command.detail?.toLowerCase().includes(word) ? 3 : null;
}

function startsAWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at > 0; at = text.indexOf(word, at + 1)) {
    if (!/[\p{L}\p{N}]/u.test(text.charAt(at - 1))) return true;
  }
  return false;
}

/**
 * The commands in which every word of `search` occurs, group by group, at most `limit` of each.
 * Within a group those come first whose label starts with the words.
 */
export function findCommands<command extends Command>(
  commands: readonly command[],
  search: string,
  limit: number,
): command[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const ranked = commands.flatMap((command) => {
    const ranks = words.map((word) => rankOf(command, word));
    if (ranks.includes(null)) return [];
    const rank = ranks.reduce<number>((sum, value) => sum + (value ?? 0), 0);
    return [{ command, rank: command.urgent && words.length === 0 ? rank - 1 : rank }];
  });
  return COMMAND_GROUPS.flatMap((group) => {
    const members = ranked.filter(({ command }) => command.group === group);
    // Machines by name; pages and actions keep the order in which they are given.
    members.sort((a, b) =>
      a.rank === b.rank && group === 'Machines'
        ? names.compare(a.command.label, b.command.label)
        : a.rank - b.rank,
    );
    return members.slice(0, limit).map(({ command }) => command);
  });
}
