import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import type { AlertRuleDefinition } from '../../contracts/index.js';
import { dataSourceOptions } from '../../database/data-source-options.js';
import { ChannelEntity } from '../channels/channel.entity.js';
import { ChannelsStore } from '../channels/channels.store.js';
import { DeliveriesStore } from '../records/deliveries.store.js';
import { DeliveryEntity } from '../records/delivery.entity.js';
import type { OpenAlert } from '../records/open-alert.js';
import { definitionOf } from '../rules/rule-check.js';
import { type HoldOf, NOTHING_HELD } from '../silences/silence-match.js';
import { NotificationPlannerService } from './planner.service.js';

const MORNING = Date.parse('2026-01-05T07:00:00Z');
const MINUTE = 60_000;

describe('the plan of notifications', () => {
  let source: DataSource;
  let planner: NotificationPlannerService;

  beforeEach(async () => {
    source = await new DataSource({
      ...dataSourceOptions({ dialect: 'sqlite', file: ':memory:' }),
      entities: [ChannelEntity, DeliveryEntity],
    }).initialize();
    await source.runMigrations();
    await source.getRepository(ChannelEntity).insert({
      id: randomUUID(),
      name: 'default',
      type: 'webhook',
      enabled: true,
      is_default: true,
      config: {},
      secrets: '',
      secret_names: [],
      created_at: 0,
      updated_at: 0,
    });
    planner = new NotificationPlannerService(
      new ChannelsStore(source.getRepository(ChannelEntity)),
      new DeliveriesStore(source.getRepository(DeliveryEntity)),
    );
  });
  afterEach(() => source.destroy());

  const rule = (changes: Partial<AlertRuleDefinition> = {}) => ({
    id: 'rule',
    revision: 1,
    machines: [],
    definition: definitionOf({
      name: 'CPU',
      metric: 'cpu',
      operator: 'gt',
      threshold: 90,
      repeat_seconds: 600,
      ...changes,
    }),
  });
  const alert = () =>
    ({
      alert: Object.freeze({
        id: randomUUID(),
        rule_id: 'rule',
        state: 'firing',
        notified_at: null,
        notifications: 0,
      }),
    }) as unknown as { alert: OpenAlert };

  /** What is planned at `now` for an alert that fires, or goes on firing; its marks are kept as the round keeps them. */
  async function planned(
    row: { alert: OpenAlert },
    fires: boolean,
    now: number,
    changes?: object,
    holdOf: HoldOf = NOTHING_HELD,
  ) {
    const { id, definition } = rule(changes);
    const plan = await planner.plan(
      { fired: fires ? [row.alert] : [], resolved: [], open: fires ? [] : [row.alert] },
      new Map([[id, definition]]),
      holdOf,
      now,
    );
    row.alert = { ...row.alert, ...plan.notified.get(row.alert.id) };
    return plan.deliveries.map(({ kind, next_attempt_at }) => [kind, next_attempt_at]);
  }

  it('reminds again and again, and not of what was acknowledged', async () => {
    const row = alert();
    expect(await planned(row, true, MORNING)).toEqual([['fired', MORNING]]);
    expect(await planned(row, false, MORNING + 9 * MINUTE)).toEqual([]);
    const due = MORNING + 10 * MINUTE;
    expect(await planned(row, false, due)).toEqual([['repeated', due]]);
    expect(await planned(row, false, due + 5 * MINUTE)).toEqual([]);
    row.alert = { ...row.alert, state: 'acknowledged' };
    expect(await planned(row, false, due + 10 * MINUTE)).toEqual([]);
  });

  it('reminds only after quiet hours, counted from when the alert was told', async () => {
    const windows = [{ days: ['sun'], from: '22:00', to: '07:00' }];
    const quiet = { quiet_hours: { time_zone: 'UTC', windows } };
    const row = alert();
    expect(await planned(row, true, MORNING - 60 * MINUTE, quiet)).toEqual([['fired', MORNING]]);
    expect(await planned(row, false, MORNING - 5 * MINUTE, quiet)).toEqual([]);
    expect(await planned(row, false, MORNING + 5_000, quiet)).toEqual([]);
    const due = MORNING + 10 * MINUTE;
    expect(await planned(row, false, due, quiet)).toEqual([['repeated', due]]);
  });

  describe('in a silence', () => {
    const silenced: HoldOf = () => ({ silence_id: 'silence', until: MORNING + 60 * MINUTE });
    const recovery = async (row: { alert: OpenAlert }, holdOf: HoldOf) => {
      const { id, definition } = rule();
      const alerts = { fired: [], resolved: [row.alert], open: [row.alert] };
      return planner.plan(alerts, new Map([[id, definition]]), holdOf, MORNING + 5 * MINUTE);
    };

    it('tells an alert that fired in it once it is over, if the alert still lasts', async () => {
      const row = alert();
      expect(await planned(row, true, MORNING, {}, silenced)).toEqual([]);
      expect(await planned(row, false, MORNING + MINUTE, {}, silenced)).toEqual([]);
      const end = MORNING + 2 * MINUTE;
      expect(await planned(row, false, end)).toEqual([['fired', end]]);
      expect(await planned(row, false, end + MINUTE)).toEqual([]);
    });

    it('tells nothing of an alert that fired and ended in it, or was only pending', async () => {
      const row = alert();
      await planned(row, true, MORNING, {}, silenced);
      for (const holdOf of [silenced, NOTHING_HELD]) {
        expect((await recovery(row, holdOf)).deliveries).toEqual([]);
      }
      const pending = alert();
      pending.alert = { ...pending.alert, state: 'pending' };
      expect(await planned(pending, false, MORNING)).toEqual([]);
    });

    it('holds reminders back, and counts them from the last that was told', async () => {
      const row = alert();
      await planned(row, true, MORNING);
      const due = MORNING + 10 * MINUTE;
      expect(await planned(row, false, due, {}, silenced)).toEqual([]);
      expect(await planned(row, false, due + MINUTE)).toEqual([['repeated', due + MINUTE]]);
    });

    it('does not remind of what waits still, or was told at its end a moment ago', async () => {
      const row = alert();
      row.alert = { ...row.alert, notified_at: MORNING, notifications: 1 };
      const [channel] = await source.getRepository(ChannelEntity).find();
      const first = {
        id: randomUUID(),
        dedupe_key: 'first',
        alert_id: row.alert.id,
        channel_id: channel?.id,
        channel_name: 'default',
        channel_type: 'webhook',
        kind: 'fired',
        state: 'waiting',
        attempts: 0,
        created_at: MORNING,
        next_attempt_at: MORNING,
      } as const;
      const deliveries = source.getRepository(DeliveryEntity);
      await deliveries.insert(first);
      const end = MORNING + 60 * MINUTE;
      expect(await planned(row, false, end)).toEqual([]);
      const told = { state: 'delivered', next_attempt_at: null, delivered_at: end } as const;
      await deliveries.update(first.id, told);
      expect(await planned(row, false, end + 9 * MINUTE)).toEqual([]);
      const due = end + 10 * MINUTE;
      expect(await planned(row, false, due)).toEqual([['repeated', due]]);
    });

    it('plans the recovery of what was told, and drops what still waits', async () => {
      const row = alert();
      const told = { alert_id: row.alert.id, channel_id: 'c', channel_name: 'c' };
      const insert = (more: object) =>
        source.getRepository(DeliveryEntity).insert({
          ...told,
          channel_type: 'webhook',
          kind: 'fired',
          state: 'delivered',
          attempts: 1,
          created_at: MORNING,
          id: randomUUID(),
          dedupe_key: randomUUID(),
          ...more,
        });
      await insert({});
      const waiting = randomUUID();
      const waits = { state: 'waiting', attempts: 0, next_attempt_at: MORNING };
      await insert({ id: waiting, channel_id: 'd', ...waits });
      const plan = await recovery(row, silenced);
      // What still waits may be sent meanwhile: then its recovery is due as well.
      const recoveries = plan.deliveries.map(({ kind, channel_id }) => `${kind} ${channel_id}`);
      expect(recoveries.sort()).toEqual(['resolved c', 'resolved d']);
      expect(plan.skipped).toEqual([waiting]);
      expect((await recovery(row, NOTHING_HELD)).skipped).toEqual([]);
    });
  });
});
