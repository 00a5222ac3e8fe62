/** The outbox in both databases: what is due, and what may be deleted. */
import type { DataSource } from 'typeorm';
import { AlertEntity } from '../../src/alerts/records/alert.entity.js';
import { DeliveriesStore } from '../../src/alerts/records/deliveries.store.js';
import { DeliveryEntity } from '../../src/alerts/records/delivery.entity.js';
import { openAlertsSource } from '../helpers/alerts.js';
import { DATABASES } from '../helpers/server.js';
import { openTestStore, type TestStore } from '../helpers/store.js';

const NOW = Date.parse('2026-05-01T12:00:00Z');

describe.each(DATABASES)('deliveries on %s', (database) => {
  let test: TestStore;
  let source: DataSource;
  let store: DeliveriesStore;
  let count = 0;

  beforeEach(async () => {
    test = await openTestStore(database, NOW);
    source = await openAlertsSource(test);
    store = new DeliveriesStore(source.getRepository(DeliveryEntity));
  });

  afterEach(async () => {
    await source.destroy();
    await test.close();
  });

  const uuid = () => `00000000-0000-4000-8000-${String(++count).padStart(12, '0')}`;
  function delivery(more: Partial<DeliveryEntity> = {}): DeliveryEntity {
    const id = uuid();
    return {
      id,
      dedupe_key: id,
      alert_id: uuid(),
      channel_id: 'channel',
      channel_name: 'channel',
      channel_type: 'webhook',
      kind: 'fired',
      state: 'waiting',
      attempts: 0,
      created_at: NOW,
      next_attempt_at: NOW,
      lease_until: null,
      delivered_at: null,
      last_error: null,
      ...more,
    };
  }

  it('are reached also behind more old ones than are looked at in one round, which are put off', async () => {
    const old = Array.from({ length: 2_500 }, () => delivery({ created_at: NOW - 60_000 }));
    const fresh = delivery();
    await source.getRepository(DeliveryEntity).save([...old, fresh], { chunk: 500 });
    const seen = new Set<string>();
    for (let round = 0; round < 3; round++) {
      // What is put off is due again in the next round.
      const now = NOW + round * 1_000;
      const ids = (await store.due(now, [])).map(({ id }) => id);
      await store.postpone(ids, now + 500);
      for (const id of ids) {
        seen.add(id);
      }
    }
    expect(seen.has(fresh.id)).toBe(true);
  });

  it('are kept as long as their alert lasts, or something of it waits', async () => {
    const open = await alert('open');
    const over = await alert(null);
    const held = await alert(null);
    const old = { state: 'delivered', next_attempt_at: null, created_at: NOW - 1_000 } as const;
    const rows = [
      delivery({ alert_id: open, ...old }),
      delivery({ alert_id: over, ...old }),
      delivery({ alert_id: held, ...old }),
      delivery({ alert_id: held, kind: 'resolved' }),
      delivery({ alert_id: null, kind: 'test', ...old }),
      delivery({ ...old }),
    ];
    await source.getRepository(DeliveryEntity).insert(rows);
    expect(await store.prune(NOW)).toBe(3);
    const left = await source.getRepository(DeliveryEntity).find();
    const kept = [rows[0], rows[2], rows[3]].map((row) => row?.id);
    expect(left.map(({ id }) => id).sort()).toEqual(kept);
    expect(await store.prune(NOW)).toBe(0);
  });

  /** Adds an alert that lasts, or is over. */
  async function alert(open_key: string | null): Promise<string> {
    const id = uuid();
    await source.getRepository(AlertEntity).insert({
      id,
      open_key,
      rule_id: uuid(),
      rule_revision: 1,
      rule: {},
      machine: 1,
      machine_id: uuid(),
      machine_name: 'machine',
      severity: 'warning',
      state: open_key === null ? 'resolved' : 'firing',
      pending_since: NOW - 2_000,
      cursor: NOW,
      notifications: 1,
    } as object);
    return id;
  }
});
