/** The heart of alerting: what a rule makes of the readings of one series. Pure. */
import type { AlertOperator, AlertResolution } from '../../contracts/index.js';
import {
  type Condition,
  type OpenState,
  okState,
  type Reading,
  type SeriesState,
  type Transition,
} from './series.js';

/** Readings that arrive later than this after their time are history: they open nothing. */
export const LATE_MS = 120_000;

/** Whether `value` is on the wrong side of `threshold`. */
export function isBreach(operator: AlertOperator, value: number, threshold: number): boolean {
  switch (operator) {
    case 'gt':
      return value > threshold;
    case 'gte':
      return value >= threshold;
    case 'lt':
      return value < threshold;
    case 'lte':
      return value <= threshold;
  }
}

/**
 * Takes `readings` (in any order) into `state`; what is not later than the state's cursor counts
 * for nothing. `now` judges silence and lateness; `lateMs` is `Infinity` for stored history.
 */
export function evaluate(
  condition: Condition,
  state: SeriesState,
  readings: readonly Reading[],
  now: number,
  lateMs = LATE_MS,
): { state: SeriesState; transitions: Transition[] } {
  const run = new Evaluation(condition, state);
  for (const { timestamp, value } of inOrder(readings)) {
    if (value !== null && Number.isFinite(value) && run.isNew(timestamp)) {
      const fresh = now - timestamp <= lateMs;
      run.silence(timestamp, fresh);
      run.read(timestamp, value, fresh);
    }
  }
  run.silence(now, true);
  return { state: run.state, transitions: run.transitions };
}

function inOrder(readings: readonly Reading[]): readonly Reading[] {
  for (let at = 1; at < readings.length; at++) {
    if ((readings[at - 1]?.timestamp ?? 0) > (readings[at]?.timestamp ?? 0)) {
      return [...readings].sort((a, b) => a.timestamp - b.timestamp);
    }
  }
  return readings;
}

/** One walk through readings; never changes the state it was given. */
class Evaluation {
  readonly transitions: Transition[] = [];

  constructor(
    private readonly condition: Condition,
    public state: SeriesState,
  ) {}

  isNew(timestamp: number): boolean {
    return this.state.cursor === null || timestamp > this.state.cursor;
  }

  /** Applies what the absence of readings from the cursor until `until` means. */
  silence(until: number, fresh: boolean): void {
    const { cursor } = this.state;
    const { missingAfterMs, missingData, forMs } = this.condition;
    if (cursor === null || until - cursor <= missingAfterMs) {
      return;
    }
    const missingSince = cursor + missingAfterMs;
    if (missingData === 'fire') {
      this.silenceFires(missingSince, fresh ? until : missingSince, forMs);
      return;
    }
    if (this.state.phase === 'pending') {
      // Nobody knows whether the condition held meanwhile.
      this.drop(missingSince);
    } else if (this.state.phase === 'firing') {
      if (missingData === 'resolve') {
        this.resolve(missingSince, 'no_data', this.state);
      } else {
        this.state = withoutClearing(this.state);
      }
    }
  }

  private silenceFires(missingSince: number, until: number, forMs: number): void {
    if (until === missingSince) {
      return;
    }
    if (this.state.phase === 'ok') {
      // The cursor stays: it is the last reading, and the silence continues from there.
      this.open(missingSince, null, this.state.cursor ?? missingSince);
    }
    const { state } = this;
    if (state.phase === 'pending' && until - state.since >= forMs) {
      this.fire(Math.max(missingSince, state.since + forMs), state);
    } else if (state.phase === 'firing') {
      this.state = withoutClearing(state);
    }
  }

  /** Takes in a reading that is later than the cursor. */
  read(timestamp: number, value: number, fresh: boolean): void {
    const { operator, threshold, clearThreshold, forMs } = this.condition;
    const breach = isBreach(operator, value, threshold);
    if (this.state.phase !== 'firing' && !breach) {
      if (this.state.phase === 'pending') {
        this.drop(timestamp);
      }
      this.state = okState(timestamp);
      return;
    }
    if (this.state.phase === 'ok') {
      this.open(timestamp, value, timestamp);
    }
    const open = this.noted(this.state as OpenState, timestamp, value);
    this.state = open;
    if (open.phase === 'pending') {
      if (fresh && timestamp - open.since >= forMs) {
        this.fire(timestamp, open);
      }
    } else {
      this.clear(open, timestamp, !isBreach(operator, value, clearThreshold));
    }
  }

  private noted(open: OpenState, timestamp: number, value: number): OpenState {
    return {
      ...open,
      cursor: timestamp,
      first: open.first ?? value,
      last: value,
      peak: this.peak(open.peak, value),
    };
  }

  private peak(before: number | null, value: number): number {
    if (before === null) {
      return value;
    }
    const { operator } = this.condition;
    return operator === 'gt' || operator === 'gte'
      ? Math.max(before, value)
      : Math.min(before, value);
  }

  private clear(open: OpenState, timestamp: number, isClear: boolean): void {
    const clearingSince = isClear ? (open.clearingSince ?? timestamp) : null;
    const next = { ...open, clearingSince };
    this.state = next;
    if (clearingSince !== null && timestamp - clearingSince >= this.condition.clearForMs) {
      this.resolve(timestamp, 'recovered', next);
    }
  }

  private open(since: number, value: number | null, cursor: number): void {
    this.state = {
      phase: 'pending',
      cursor,
      since,
      firedAt: null,
      clearingSince: null,
      first: value,
      last: value,
      peak: value,
    };
    this.transitions.push({ type: 'pending', at: since });
  }

  private drop(at: number): void {
    this.transitions.push({ type: 'dropped', at });
    this.state = okState(this.state.cursor);
  }

  private fire(at: number, pending: OpenState): void {
    const open: OpenState = { ...pending, phase: 'firing', firedAt: at };
    this.state = open;
    this.transitions.push({ type: 'fired', at, open });
  }

  private resolve(at: number, reason: AlertResolution, open: OpenState): void {
    this.transitions.push({ type: 'resolved', at, reason, open });
    this.state = okState(open.cursor);
  }
}

function withoutClearing(open: OpenState): OpenState {
  return open.clearingSince === null ? open : { ...open, clearingSince: null };
}
