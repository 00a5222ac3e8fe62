import { writesOf } from './alert-round.service.js';
import { AlertChangesBuilder, type AlertTemplate } from './evaluation/alert-changes.js';
import type { OpenState } from './evaluation/series.js';
import type { NotificationPlan } from './notifications/planner.service.js';
import type { OpenAlert } from './records/open-alert.js';

const open = (id: string, more: Partial<OpenAlert> = {}): OpenAlert =>
  Object.freeze({
    id,
    rule_id: 'rule',
    rule_revision: 1,
    machine: 1,
    machine_id: 'machine',
    device_kind: null,
    device_name: null,
    state: 'firing',
    cursor: 10,
    pending_since: 1,
    clearing_since: null,
    fired_at: 5,
    first_value: 91,
    last_value: 92,
    peak_value: 92,
    notified_at: 5,
    notifications: 1,
    ...more,
  } as const);
const state = (more: Partial<OpenState> = {}): OpenState => ({
  phase: 'firing',
  cursor: 20,
  since: 1,
  firedAt: 5,
  clearingSince: null,
  first: 91,
  last: 95,
  peak: 95,
  ...more,
});
const template = () => ({ rule_id: 'rule', machine: 1, device_kind: null }) as AlertTemplate;
const plan = (notified: NotificationPlan['notified'] = new Map()): NotificationPlan => ({
  deliveries: [],
  skipped: [],
  notified,
});

describe('what a round writes', () => {
  it('marks an alert that fires at once with when it is told', () => {
    const builder = new AlertChangesBuilder(() => 'new');
    const fired = state();
    const transitions = [
      { type: 'pending', at: 1 },
      { type: 'fired', at: 5, open: fired },
    ] as const;
    builder.apply(undefined, fired, transitions, template);
    const changes = builder.build();
    const notified = new Map([['new', { notified_at: 7, notifications: 1 }]]);
    const writes = writesOf({ changes, touched: [], open: [] }, plan(notified));
    expect(writes.inserts).toMatchObject([{ id: 'new', state: 'firing', notified_at: 7 }]);
    expect(changes.inserts).toMatchObject([{ id: 'new', notified_at: null, notifications: 0 }]);
  });

  it('writes a reminded alert once, with the newest values', () => {
    const builder = new AlertChangesBuilder(() => 'new');
    const alert = open('a');
    builder.apply(alert, state(), [], template);
    const changes = builder.build();
    const notified = new Map([['a', { notified_at: 30, notifications: 2 }]]);
    for (const touched of [[], changes.touched]) {
      const { updates } = writesOf({ changes, touched, open: [alert] }, plan(notified));
      expect(updates).toMatchObject([
        { id: 'a', last_value: 95, cursor: 20, notified_at: 30, notifications: 2 },
      ]);
    }
    expect(alert).toMatchObject({ last_value: 92, notified_at: 5 });
  });

  it('writes a reminded alert of which nothing new was read as it is', () => {
    const changes = new AlertChangesBuilder(() => 'new').build();
    const notified = new Map([['a', { notified_at: 30, notifications: 2 }]]);
    const { updates } = writesOf({ changes, touched: [], open: [open('a')] }, plan(notified));
    expect(updates).toMatchObject([{ id: 'a', last_value: 92, notified_at: 30 }]);
  });

  it('writes values alone only when they are due', () => {
    const builder = new AlertChangesBuilder(() => 'new');
    const alert = open('a');
    builder.apply(alert, state(), [], template);
    const changes = builder.build();
    expect(writesOf({ changes, touched: [], open: [alert] }, plan()).updates).toEqual([]);
    const { updates } = writesOf({ changes, touched: changes.touched, open: [alert] }, plan());
    expect(updates).toMatchObject([{ id: 'a', last_value: 95, notified_at: 5 }]);
  });
});
