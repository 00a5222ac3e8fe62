/** What the tiles of the wall show. Pure functions. */
import { type Alert, formatPercent, type MachineStatus } from '../../../src/contracts/index.js';
import { attentionRank, compareNames } from '../shared/machines/attention.js';
import { type JudgedMachine, machineLevel, TROUBLE_WORD } from '../shared/machines/troubles.js';

/** How a machine is, as the colour and the sign of its tile show it, worst first. */
export const TILE_STATES = [
  'down',
  'alarm',
  'hot',
  'warning',
  'late',
  'warm',
  'ok',
  'away',
] as const;

/** How a machine is. */
export type TileState = (typeof TILE_STATES)[number];

/** Machines in these states get large tiles. */
const NEEDS_ATTENTION: readonly TileState[] = ['down', 'alarm', 'hot', 'warning', 'late'];

/** One tile; equal texts are not drawn again. */
export interface WallTile {
  id: string;
  name: string;
  state: TileState;
  /** The state in a word or two. */
  word: string;
  /** Rounded percentages; `–` is unknown. */
  cpu: string;
  ram: string;
  disk: string;
  /** Names of the rules that fire. */
  alerts: string;
}

const AWAY_WORD: Partial<Record<MachineStatus, string>> = {
  stopped: 'stopped',
  asleep: 'asleep',
  pending: 'never reported',
};

/** The tile of one machine with its firing alerts. */
export function tileOf({ machine, troubles }: JudgedMachine, alerts: readonly Alert[]): WallTile {
  const state = stateOf({ machine, troubles }, alerts);
  const { cpu, ram, disk } = machine.latest ?? { cpu: null, ram: null, disk: null };
  const first = troubles[0];
  return {
    id: machine.machine_id,
    name: machine.machine_name,
    state,
    word: AWAY_WORD[machine.status] ?? (first === undefined ? wordOf(state) : TROUBLE_WORD[first]),
    cpu: formatPercent(cpu, 0),
    ram: formatPercent(ram, 0),
    disk: formatPercent(disk, 0),
    alerts: [...new Set(alerts.map(({ rule_name }) => rule_name))].join(', '),
  };
}

function wordOf(state: TileState): string {
  return state === 'alarm' || state === 'warning' ? 'alert' : 'online';
}

function stateOf({ machine, troubles }: JudgedMachine, alerts: readonly Alert[]): TileState {
  if (machine.status === 'offline') return 'down';
  if (alerts.some(({ severity }) => severity === 'critical')) return 'alarm';
  if (machine.status !== 'online') return alerts.length > 0 ? 'warning' : 'away';
  if (troubles.includes('hot')) return 'hot';
  if (alerts.length > 0) return 'warning';
  if (troubles.includes('late')) return 'late';
  return machineLevel(machine) === 'warm' ? 'warm' : 'ok';
}

/** The tiles of the wall: those that need attention, then the others, each worst first. */
export interface WallTiles {
  large: WallTile[];
  small: WallTile[];
}

/**
 * All tiles. A machine that is well again keeps its large tile while `isRecent` says so: what goes to
 * and fro around a limit would otherwise shake the whole wall.
 */
export function tilesOf(
  machines: readonly JudgedMachine[],
  alerts: readonly Alert[],
  isRecent: (id: string, needsAttention: boolean) => boolean,
): WallTiles {
  const ofMachine = new Map<string, Alert[]>();
  for (const alert of alerts) {
    ofMachine.set(alert.machine_id, [...(ofMachine.get(alert.machine_id) ?? []), alert]);
  }
  const tiles = machines
    .map((judge) => ({
      tile: tileOf(judge, ofMachine.get(judge.machine.machine_id) ?? []),
      rank: attentionRank(judge.machine),
    }))
    .sort(
      (a, b) =>
        TILE_STATES.indexOf(a.tile.state) - TILE_STATES.indexOf(b.tile.state) ||
        a.rank - b.rank ||
        compareNames(a.tile.name, b.tile.name),
    )
    .map(({ tile }) => tile);
  const large = new Set(
    tiles.filter(({ id, state }) => isRecent(id, NEEDS_ATTENTION.includes(state))),
  );
  return {
    large: tiles.filter((tile) => large.has(tile)),
    small: tiles.filter((tile) => !large.has(tile)),
  };
}

/** Remembers for how long machines have been well. */
export class RecentTroubles {
  private readonly lastAt = new Map<string, number>();

  /** `forMs` is how long a trouble is remembered. */
  constructor(private readonly forMs: number) {}

  /** True if the machine needs attention or did so not long before `now`. */
  note(id: string, needsAttention: boolean, now: number): boolean {
    if (needsAttention) this.lastAt.set(id, now);
    const last = this.lastAt.get(id);
    if (last === undefined) return false;
    if (now - last < this.forMs) return true;
    this.lastAt.delete(id);
    return false;
  }
}
