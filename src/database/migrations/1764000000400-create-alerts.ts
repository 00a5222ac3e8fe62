/** Alert rules, alerts, notification channels and deliveries. */
import { type MigrationInterface, type QueryRunner, Table, TableIndex } from 'typeorm';
import { json, text, time, uuid } from './columns.js';

const integer = (name: string) => ({ name, type: 'integer' });
const flag = (name: string) => ({ name, type: 'boolean' });
const value = (name: string) => ({ name, type: 'double precision', isNullable: true });
const optional = { isNullable: true };

const alertRules = new Table({
  name: 'alert_rules',
  columns: [
    uuid('id', { isPrimary: true }),
    text('name', 200),
    flag('enabled'),
    integer('revision'),
    json('definition'),
    time('created_at'),
    time('updated_at'),
  ],
});

const alerts = new Table({
  name: 'alerts',
  columns: [
    uuid('id', { isPrimary: true }),
    text('open_key', 300, { isNullable: true, isUnique: true }),
    uuid('rule_id', optional),
    integer('rule_revision'),
    json('rule'),
    integer('machine'),
    uuid('machine_id'),
    text('machine_name', 200),
    text('device_kind', 20, optional),
    text('device_name', 200, optional),
    text('severity', 10),
    text('state', 12),
    time('cursor'),
    time('pending_since'),
    time('clearing_since', optional),
    time('fired_at', optional),
    time('acknowledged_at', optional),
    text('acknowledged_by', 254, optional),
    text('acknowledged_note', 1_000, optional),
    time('resolved_at', optional),
    text('resolution', 20, optional),
    value('first_value'),
    value('last_value'),
    value('peak_value'),
    time('notified_at', optional),
    integer('notifications'),
    json('evidence', optional),
  ],
  indices: [
    new TableIndex({ name: 'alerts_pending_since', columnNames: ['pending_since', 'id'] }),
    new TableIndex({ name: 'alerts_rule_id', columnNames: ['rule_id'] }),
    new TableIndex({ name: 'alerts_machine_id', columnNames: ['machine_id', 'pending_since'] }),
    new TableIndex({ name: 'alerts_resolved_at', columnNames: ['resolved_at'] }),
  ],
});

const channels = new Table({
  name: 'notification_channels',
  columns: [
    uuid('id', { isPrimary: true }),
    text('name', 200),
    text('type', 20),
    flag('enabled'),
    flag('is_default'),
    json('config'),
    { name: 'secrets', type: 'text' },
    json('secret_names'),
    time('created_at'),
    time('updated_at'),
  ],
});

const deliveries = new Table({
  name: 'notification_deliveries',
  columns: [
    uuid('id', { isPrimary: true }),
    text('dedupe_key', 150, { isUnique: true }),
    uuid('alert_id', optional),
    uuid('channel_id'),
    text('channel_name', 200),
    text('channel_type', 20),
    text('kind', 10),
    text('state', 10),
    integer('attempts'),
    time('created_at'),
    time('next_attempt_at', optional),
    time('lease_until', optional),
    time('delivered_at', optional),
    text('last_error', 500, optional),
  ],
  indices: [
    new TableIndex({ name: 'notification_deliveries_due', columnNames: ['next_attempt_at'] }),
    new TableIndex({ name: 'notification_deliveries_alert', columnNames: ['alert_id'] }),
    new TableIndex({ name: 'notification_deliveries_created', columnNames: ['created_at', 'id'] }),
  ],
});

const tables = [alertRules, alerts, channels, deliveries];

export class CreateAlerts1764000000400 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const table of tables) {
      await runner.createTable(table);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of [...tables].reverse()) {
      await runner.dropTable(table);
    }
  }
}
