/** What is wrong with a machine beyond its numbers, worst first, and in words. Pure functions. */
import { formatDuration, type MachineSummary } from '../../../../src/contracts/index.js';
import { type Level, worstLevel } from '../format/levels.js';

/** Everything that can be wrong with a machine, worst first. */
export const TROUBLES = ['offline', 'hot', 'conflict', 'late', 'clock', 'outdated'] as const;

/** One thing that is wrong with a machine. */
export type Trouble = (typeof TROUBLES)[number];

/** What the judgement depends on. */
export interface TroubleContext {
  /** Epoch milliseconds by the server's clock; while the page is cut off, since when. */
  now: number;
  /** The version of the agent that comes with the server. */
  version: string;
}

/** The way of a sample to the page: so long after the intervals a machine is not late yet. */
const ON_THE_WAY_MS = 2_000;
/** Silent for so many intervals a machine is late; after three, and at least 15 s, it is offline. */
const LATE_INTERVALS = 2;

/** How loaded an online machine is; other machines are down rather than hot. */
export function machineLevel(machine: Pick<MachineSummary, 'status' | 'latest'>): Level {
  if (machine.status !== 'online' || machine.latest === null) return 'ok';
  const { cpu, ram, disk } = machine.latest;
  return worstLevel([cpu, ram, disk]);
}

/** What is wrong with a machine, worst first; empty if nothing is. */
export function troublesOf(machine: MachineSummary, context: TroubleContext): Trouble[] {
  const has: Record<Trouble, boolean> = {
    offline: machine.status === 'offline',
    hot: machineLevel(machine) === 'hot',
    conflict: machine.identity_conflict,
    late: isLate(machine, context.now),
    clock: machine.clock_offset_seconds !== null,
    outdated: isOlder(machine.agent_version, context.version),
  };
  return TROUBLES.filter((trouble) => has[trouble]);
}

/** An online machine whose next sample is overdue. */
function isLate({ status, last_seen_at, interval_seconds }: MachineSummary, now: number): boolean {
  if (status !== 'online' || last_seen_at === null) return false;
  return now - Date.parse(last_seen_at) > 1_000 * LATE_INTERVALS * interval_seconds + ON_THE_WAY_MS;
}

/** A machine with what is wrong with it, judged once for counts, filters and groups. */
export interface JudgedMachine {
  machine: MachineSummary;
  troubles: readonly Trouble[];
}

/** Judges every machine. */
export function judged(
  machines: readonly MachineSummary[],
  context: TroubleContext,
): JudgedMachine[] {
  return machines.map((machine) => ({ machine, troubles: troublesOf(machine, context) }));
}

const VERSION = /^v?(\d+)\.(\d+)\.(\d+)$/;

/** True if both are versions like `1.2.3` and the first is the older one; programs of others have none. */
function isOlder(version: string, than: string): boolean {
  const [mine, theirs] = [version, than].map((text) => VERSION.exec(text)?.slice(1).map(Number));
  if (mine === undefined || theirs === undefined) return false;
  const part = mine.findIndex((number, index) => number !== theirs[index]);
  return part >= 0 && (mine[part] ?? 0) < (theirs[part] ?? 0);
}

/** A trouble in a word, for rows and counts. */
export const TROUBLE_WORD: Record<Trouble, string> = {
  offline: 'offline',
  hot: 'hot',
  conflict: 'two agents',
  late: 'late',
  clock: 'wrong clock',
  outdated: 'old agent',
};

/** A trouble of one machine in a sentence that says what it means. */
export function troubleText(
  trouble: Trouble,
  machine: MachineSummary,
  { now, version }: TroubleContext,
): string {
  switch (trouble) {
    case 'offline':
      return 'It has stopped reporting';
    case 'hot':
      return 'CPU, memory or disk is at 90% or more';
    case 'conflict':
      return 'Two agents push under this identity';
    case 'late': {
      const silence = (now - Date.parse(machine.last_seen_at ?? '')) / 1_000;
      return `Its samples are late: none for ${formatDuration(silence)}, expected every ${formatDuration(machine.interval_seconds)}`;
    }
    case 'clock': {
      const offset = machine.clock_offset_seconds ?? 0;
      return `Its clock is ${formatDuration(Math.abs(offset))} ${offset < 0 ? 'slow' : 'fast'}`;
    }
    case 'outdated':
      return `Its agent ${machine.agent_version} is older than ${version}, which comes with this server`;
  }
}
