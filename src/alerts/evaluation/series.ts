/** What the evaluation knows: one rule on one series, and what happens to it. Times in epoch ms. */
import type { AlertOperator, AlertResolution, MissingDataPolicy } from '../../contracts/index.js';

/** The part of a rule that decides when it fires. */
export interface Condition {
  operator: AlertOperator;
  threshold: number;
  forMs: number;
  /** The alert ends only beyond this value. */
  clearThreshold: number;
  clearForMs: number;
  missingData: MissingDataPolicy;
  /** Silence longer than this is missing data. */
  missingAfterMs: number;
}

/** One value of a series; `null` is unknown and counts as silence. */
export interface Reading {
  timestamp: number;
  value: number | null;
}

/** Nothing is wrong. */
export interface OkState {
  phase: 'ok';
  /** Time of the last reading that counted, `null` before the first. */
  cursor: number | null;
}

/** The condition holds, or held, in this state. */
export interface OpenState {
  phase: 'pending' | 'firing';
  cursor: number;
  /** Since when the condition holds. */
  since: number;
  firedAt: number | null;
  /** Since when the value is beyond the clear threshold. */
  clearingSince: number | null;
  first: number | null;
  last: number | null;
  peak: number | null;
}

/** Where one rule stands on one series; plain data, so that it survives as JSON. */
export type SeriesState = OkState | OpenState;

/** A change of a series' state, at the time of the reading (or of the silence) that caused it. */
export type Transition =
  | { type: 'pending'; at: number }
  /** A pending condition that did not last. */
  | { type: 'dropped'; at: number }
  | { type: 'fired'; at: number; open: OpenState }
  | { type: 'resolved'; at: number; reason: AlertResolution; open: OpenState };

/** A series on which nothing has happened, read up to `cursor`. */
export function okState(cursor: number | null): OkState {
  return { phase: 'ok', cursor };
}
