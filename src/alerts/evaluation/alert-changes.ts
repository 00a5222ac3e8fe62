/** Turns what the evaluation says of series into changes of alerts. Pure. */
import type { AlertResolution } from '../../contracts/index.js';
import type { AlertEntity } from '../records/alert.entity.js';
import { type AlertUpdate, type OpenAlert, openKey } from '../records/open-alert.js';
import { columnsOf } from './alert-state.js';
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

/** What one evaluation changes. Immutable. */
export interface AlertChanges {
  /** New alerts: pending, firing, or resolved already. */
  readonly inserts: readonly Readonly<AlertEntity>[];
  readonly updates: readonly AlertUpdate[];
  /** Alerts whose values went on and nothing else; they may be written later. */
  readonly touched: readonly AlertUpdate[];
  /** Ids of pending alerts that came to nothing. */
  readonly dropped: readonly string[];
  /** Alerts that began to fire, as they were then. */
  readonly fired: readonly OpenAlert[];
  /** Alerts that ended, as they were before. */
  readonly resolved: readonly OpenAlert[];
}

interface End {
  at: number;
  resolution: AlertResolution;
}

/** An alert on its way through the transitions of its series. */
interface Current {
  alert: OpenAlert;
  /** The whole row, if it is not in the database yet. */
  draft: Readonly<AlertEntity> | null;
  hasFired: boolean;
}

/** Collects the changes of one evaluation. */
export class AlertChangesBuilder {
  private readonly inserts: Readonly<AlertEntity>[] = [];
  private readonly updates: AlertUpdate[] = [];
  private readonly touched: AlertUpdate[] = [];
  private readonly dropped: string[] = [];
  private readonly fired: OpenAlert[] = [];
  private readonly resolved: OpenAlert[] = [];

  constructor(private readonly newId: () => string) {}

  /**
   * Takes in what `evaluate` said of a series. `row` is its open alert, if there is one; `template`
   * makes a new one.
   */
  apply(
    row: OpenAlert | undefined,
    state: SeriesState,
    transitions: readonly Transition[],
    template: () => AlertTemplate,
  ): void {
    let current: Current | null = row ? { alert: row, draft: null, hasFired: false } : null;
    for (const transition of transitions) {
      switch (transition.type) {
        case 'pending': {
          const draft = this.draft(template(), transition.at);
          current = { alert: draft, draft, hasFired: false };
          break;
        }
        case 'dropped':
          if (current && !current.draft) {
            this.dropped.push(current.alert.id);
          }
          current = null;
          break;
        case 'fired':
          if (current) {
            current = advance(current, { ...columnsOf(transition.open), state: 'firing' });
            this.fired.push(current.alert);
            current.hasFired = true;
          }
          break;
        case 'resolved':
          if (current) {
            this.end(advance(current, columnsOf(transition.open)), {
              at: transition.at,
              resolution: transition.reason,
            });
          }
          current = null;
          break;
      }
    }
    if (current && state.phase !== 'ok') {
      this.continue(current, state);
    }
  }

  /** Ends an alert for a reason outside its series; a pending one is dropped. */
  endOpen(row: OpenAlert, at: number, resolution: AlertResolution): void {
    if (row.state === 'pending') {
      this.dropped.push(row.id);
    } else {
      this.end({ alert: row, draft: null, hasFired: false }, { at, resolution });
    }
  }

  build(): AlertChanges {
    const { inserts, updates, touched, dropped, fired, resolved } = this;
    return { inserts, updates, touched, dropped, fired, resolved };
  }

  private continue(before: Current, state: Exclude<SeriesState, { phase: 'ok' }>): void {
    const { alert, draft } = advance(before, columnsOf(state));
    if (draft) {
      this.inserts.push(draft);
    } else if (before.hasFired || before.alert.clearing_since !== state.clearingSince) {
      this.updates.push(updateOf(alert));
    } else if (before.alert.cursor !== state.cursor) {
      this.touched.push(updateOf(alert));
    }
  }

  private end({ alert, draft }: Current, { at, resolution }: End): void {
    if (draft) {
      this.inserts.push({
        ...draft,
        state: 'resolved',
        open_key: null,
        resolved_at: at,
        resolution,
      });
    } else {
      this.updates.push({ ...updateOf(alert), state: 'resolved', resolved_at: at, resolution });
    }
    this.resolved.push(alert);
  }

  private draft(template: AlertTemplate, since: number): Readonly<AlertEntity> {
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

/** The update that writes an open alert as it is. */
export function updateOf(alert: OpenAlert): AlertUpdate {
  return {
    id: alert.id,
    state: alert.state,
    cursor: alert.cursor,
    clearing_since: alert.clearing_since,
    fired_at: alert.fired_at,
    resolved_at: null,
    resolution: null,
    first_value: alert.first_value,
    last_value: alert.last_value,
    peak_value: alert.peak_value,
    notified_at: alert.notified_at,
    notifications: alert.notifications,
  };
}

/** The same alert with other columns. */
function advance(current: Current, columns: Partial<OpenAlert>): Current {
  return {
    ...current,
    alert: { ...current.alert, ...columns },
    draft: current.draft && { ...current.draft, ...columns },
  };
}
