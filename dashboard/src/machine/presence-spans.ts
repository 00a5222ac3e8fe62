/** When a machine was there, from its history. Pure functions. */
import { formatDuration } from '../../../src/contracts/index.js';

/**
 * `off`: it started again at the end of the silence, or said before that it stops. `silent`: it may
 * have been running, but nothing was received. `unknown`: before the first sample of the range.
 */
export type Presence = 'online' | 'silent' | 'off' | 'unknown';

/** A part of the range, in epoch milliseconds. */
export interface PresenceSpan {
  presence: Presence;
  from: number;
  to: number;
}

/** What the history of a range shows. */
export interface HistoryFacts {
  /** The first and the last time with values; `null` if there is none. */
  known: { first: number; last: number } | null;
  gaps: readonly { from: number; to: number }[];
  restarts: readonly number[];
  /** Silence longer than this is none that could be a late sample. */
  maxGapMs: number;
  /** When the machine said that it stops or sleeps, if it has been silent since; else `null`. */
  stoppedAt: number | null;
}

/** Silence of more than this many steps is a gap. */
const GAP_STEPS = 3;

/** The range in parts without holes between them, by time; parts without length are left out. */
export function presenceSpans(facts: HistoryFacts, from: number, to: number): PresenceSpan[] {
  const { known, gaps, restarts, maxGapMs, stoppedAt } = facts;
  if (known === null) {
    const stopped = Math.max(from, stoppedAt ?? to);
    return within(from, to, [
      { presence: 'unknown', from, to: stopped },
      { presence: 'off', from: stopped, to },
    ]);
  }
  // The first step begins up to a step after the start of the range.
  let online = known.first - from <= maxGapMs ? from : known.first;
  const spans: PresenceSpan[] = [{ presence: 'unknown', from, to: online }];
  for (const gap of gaps) {
    // The restart lies within the step at which the gap ends.
    const end = gap.to + maxGapMs / GAP_STEPS;
    const wasOff = restarts.some((time) => time > gap.from && time <= end);
    spans.push({ presence: 'online', from: online, to: gap.from });
    spans.push({ presence: wasOff ? 'off' : 'silent', ...gap });
    online = gap.to;
  }
  const isSilent = to - known.last > maxGapMs;
  spans.push({ presence: 'online', from: online, to: isSilent ? known.last : to });
  // Later samples exist if it stopped only after this silence.
  const wasStopped = stoppedAt !== null && stoppedAt <= known.last + maxGapMs;
  if (isSilent) spans.push({ presence: wasStopped ? 'off' : 'silent', from: known.last, to });
  return within(from, to, spans);
}

function within(from: number, to: number, spans: readonly PresenceSpan[]): PresenceSpan[] {
  return spans
    .map((span) => ({ ...span, from: Math.max(from, span.from), to: Math.min(to, span.to) }))
    .filter((span) => span.to > span.from);
}

/** The parts in words: `Online 99.3%, silent for 3m, 2 restarts`. */
export function presenceText(spans: readonly PresenceSpan[], restarts: number): string {
  const lengthOf = (presence: Presence) =>
    spans
      .filter((span) => span.presence === presence)
      .reduce((sum, { from, to }) => sum + to - from, 0);
  const [online, silent, off] = [lengthOf('online'), lengthOf('silent'), lengthOf('off')];
  const known = online + silent + off;
  if (known === 0) return 'Nothing is known of this time';
  const duration = (ms: number) => formatDuration(ms / 1000);
  return [
    `Online ${percentText(online / known)}`,
    silent > 0 ? `silent for ${duration(silent)}` : null,
    off > 0 ? `off for ${duration(off)}` : null,
    restarts === 0 ? null : `${restarts} ${restarts === 1 ? 'restart' : 'restarts'}`,
  ]
    .filter((part) => part !== null)
    .join(', ');
}

/** Rounded down, so that 100% is never said of a machine that was away. */
function percentText(part: number): string {
  const percent = Math.floor(part * 1000) / 10;
  return `${percent === 100 ? '100' : percent.toFixed(1)}%`;
}
