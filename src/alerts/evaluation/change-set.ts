/** Gathers what one evaluation changes: rows to write, alerts that fired or ended. Pure. */
import type { AlertResolution } from '../../contracts/index.js';
import type { AlertEntity } from '../alert.entity.js';
import {
  type AlertChange,
  changeOf,
  columnsOf,
  type OpenAlert,
  openKey,
  stateOf,
} from './open-alert.js';
import type { SeriesState, Transition } from './series.js';

/** The rule's part of a new alert. */
export type AlertTemplate = Pick<
  AlertEntity,
  | 'rule_id'
  | 'rule_revision'
  | 'rule'
  | 'machine'
  | 'machine_id'
  | 'machine_name'
  | 'device_kind'
  | 'device_name'
  | 'severity'
>;

interface End {
  at: number;
  resolution: AlertResolution;
}

/** Changes of one evaluation. */
export class ChangeSet {
  readonly inserts: AlertEntity[] = [];
  private readonly changed: { row: OpenAlert; end: End | null }[] = [];
  readonly dropped: string[] = [];
  readonly fired: OpenAlert[] = [];
  readonly resolved: OpenAlert[] = [];
  /** Alerts whose values went on and nothing else; written when there is time. */
  readonly touched: OpenAlert[] = [];
  /** New alerts that are pending, or fired at once. */
  readonly opened: AlertEntity[] = [];

  constructor(private readonly newId: () => string) {}

  /**
   * Turns what `evaluate` said of a series into rows. `row` is its open alert, if there is one;
   * `template` makes a new one.
   */
  apply(
    row: OpenAlert | undefined,
    state: SeriesState,
    transitions: readonly Transition[],
    template: () => AlertTemplate,
  ): void {
    let current: OpenAlert | undefined = row;
    let draft: AlertEntity | null = null;
    let phaseChanged = false;
    for (const transition of transitions) {
      switch (transition.type) {
        case 'pending':
          draft = this.draft(template(), transition.at);
          current = draft;
          break;
        case 'dropped':
          if (current && !draft) {
            this.dropped.push(current.id);
          }
          current = undefined;
          draft = null;
          break;
        case 'fired':
          if (current) {
            Object.assign(current, columnsOf(transition.open), { state: 'firing' });
            this.fired.push(current);
            phaseChanged = true;
          }
          break;
        case 'resolved':
          if (current) {
            Object.assign(current, columnsOf(transition.open));
            this.end(current, draft, { at: transition.at, resolution: transition.reason });
          }
          current = undefined;
          draft = null;
          break;
      }
    }
    if (current && state.phase !== 'ok') {
      this.goOn(current, draft, state, phaseChanged);
    }
  }

  /** Ends an alert for a reason outside its series; a pending one just goes. */
  endOpen(row: OpenAlert, at: number, resolution: AlertResolution): void {
    if (row.state === 'pending') {
      this.dropped.push(row.id);
    } else {
      this.end(row, null, { at, resolution });
    }
  }

  /** Rows to update, as they are by now. */
  changes(): AlertChange[] {
    return this.changed.map(({ row, end }) => changeOf(row, end));
  }

  /** Writes the row although nothing but its numbers went on. */
  touch(row: OpenAlert): void {
    this.changed.push({ row, end: null });
  }

  private goOn(
    current: OpenAlert,
    draft: AlertEntity | null,
    state: Exclude<SeriesState, { phase: 'ok' }>,
    phaseChanged: boolean,
  ): void {
    const before = stateOf(current);
    Object.assign(current, columnsOf(state));
    if (draft) {
      this.inserts.push(draft);
      this.opened.push(draft);
    } else if (phaseChanged || before.clearingSince !== state.clearingSince) {
      this.changed.push({ row: current, end: null });
    } else if (before.cursor !== state.cursor) {
      this.touched.push(current);
    }
  }

  private end(row: OpenAlert, draft: AlertEntity | null, end: End): void {
    if (draft) {
      Object.assign(draft, {
        state: 'resolved',
        open_key: null,
        resolved_at: end.at,
        resolution: end.resolution,
      });
      this.inserts.push(draft);
    } else {
      this.changed.push({ row, end });
    }
    this.resolved.push(row);
  }

  private draft(template: AlertTemplate, since: number): AlertEntity {
    const device =
      template.device_kind === null
        ? null
        : { kind: template.device_kind, name: template.device_name ?? '' };
    return {
      ...template,
      id: this.newId(),
      open_key: openKey(template.rule_id ?? '', template.machine, device),
      state: 'pending',
      cursor: since,
      pending_since: since,
      clearing_since: null,
      fired_at: null,
      acknowledged_at: null,
      acknowledged_by: null,
      acknowledged_note: null,
      resolved_at: null,
      resolution: null,
      first_value: null,
      last_value: null,
      peak_value: null,
      notified_at: null,
      notifications: 0,
      evidence: null,
    };
  }
}
