/** The outbox in both databases: what is due, and what may be deleted. */
import type { DataSource } from 'typeorm';
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
});
