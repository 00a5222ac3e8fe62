/** Users, their sessions, API keys, server-wide settings and the audit log. */
import { type MigrationInterface, type QueryRunner, Table, TableIndex } from 'typeorm';
import { json, text, time, uuid } from './columns.js';

const integer = 'integer';

const users = new Table({
  name: 'users',
  columns: [
    uuid('id', { isPrimary: true }),
    text('email', 254, { isUnique: true }),
    text('password_hash', 200),
    text('role', 10),
    time('created_at'),
    time('last_login_at', { isNullable: true }),
    text('totp_secret', 200, { isNullable: true }),
    time('totp_enabled_at', { isNullable: true }),
    { name: 'totp_last_step', type: integer },
    json('recovery_hashes'),
  ],
});

const sessions = new Table({
  name: 'sessions',
  columns: [
    uuid('id', { isPrimary: true }),
    uuid('user_id'),
    { name: 'generation', type: integer },
    time('created_at'),
    time('last_used_at'),
    time('expires_at'),
    time('ended_at', { isNullable: true }),
    text('address', 45),
    text('user_agent', 200),
  ],
  indices: [
    new TableIndex({ name: 'sessions_user_id', columnNames: ['user_id'] }),
    new TableIndex({ name: 'sessions_ended_at', columnNames: ['ended_at'] }),
    new TableIndex({ name: 'sessions_expires_at', columnNames: ['expires_at'] }),
  ],
});

const apiKeys = new Table({
  name: 'api_keys',
  columns: [
    uuid('id', { isPrimary: true }),
    text('name', 200),
    text('scope', 20),
    text('key_hash', 43, { isUnique: true }),
    text('hint', 20),
    { name: 'machine', type: integer, isNullable: true },
    uuid('machine_id', { isNullable: true }),
    { name: 'current_machine', type: integer, isNullable: true, isUnique: true },
    time('created_at'),
    text('created_by', 254),
    time('expires_at', { isNullable: true }),
    time('revoked_at', { isNullable: true }),
    time('last_used_at', { isNullable: true }),
    { name: 'max_uses', type: integer, isNullable: true },
    { name: 'uses', type: integer },
  ],
  indices: [
    new TableIndex({ name: 'api_keys_machine', columnNames: ['machine'] }),
    new TableIndex({ name: 'api_keys_revoked_at', columnNames: ['revoked_at'] }),
    new TableIndex({ name: 'api_keys_expires_at', columnNames: ['expires_at'] }),
  ],
});

const settings = new Table({
  name: 'settings',
  columns: [text('name', 100, { isPrimary: true }), { name: 'value', type: 'text' }],
});

const auditLog = new Table({
  name: 'audit_log',
  columns: [
    uuid('id', { isPrimary: true }),
    time('at'),
    text('action', 60),
    text('outcome', 10),
    text('actor_kind', 20),
    text('actor_id', 36, { isNullable: true }),
    text('actor_name', 254, { isNullable: true }),
    text('address', 45, { isNullable: true }),
    text('target', 254, { isNullable: true }),
    json('details'),
  ],
  indices: [new TableIndex({ name: 'audit_log_at', columnNames: ['at', 'id'] })],
});

export class CreateAuth1764000000100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const table of [users, sessions, apiKeys, settings, auditLog]) {
      await runner.createTable(table);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of [auditLog, settings, apiKeys, sessions, users]) {
      await runner.dropTable(table);
    }
  }
}
