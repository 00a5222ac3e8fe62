import { Logger } from '@nestjs/common';
import { waitFor } from '../../../test/helpers/wait.js';
import { Clock } from '../../common/clock.js';
import type { ServerConfig } from '../../config/server-config.js';
import type { ChannelSenderService } from '../channels/channel-sender.service.js';
import type { ChannelsStore } from '../channels/channels.store.js';
import type { AlertEntity } from '../records/alert.entity.js';
import type { AlertsStore } from '../records/alerts.store.js';
import type { DeliveriesStore } from '../records/deliveries.store.js';
import type { DeliveryEntity } from '../records/delivery.entity.js';
import { OutboxService } from './outbox.service.js';
import { sampleAlert } from './sample-alert.js';
import type { SilencedDeliveriesService } from './silenced-deliveries.service.js';

beforeAll(() => Logger.overrideLogger(false));

const NOW = Date.now();
const ROWS = ['1', '2', '3'].map(
  (id) =>
    ({ id, alert_id: id, channel_id: 'c', kind: 'fired', state: 'waiting' }) as DeliveryEntity,
);

/** Channels that were being sent to when the outbox last looked for what is due. */
let busy: readonly string[];

/** An outbox in which three alerts wait for one channel. */
function outboxOf(
  send: ChannelSenderService['send'],
  holdBack: SilencedDeliveriesService['holdBack'] = async (due) => due,
  clock = new Clock(),
): OutboxService {
  const alert = {
    rule: sampleAlert(NOW).rule,
    pending_since: NOW,
    fired_at: NOW,
    device_kind: null,
    acknowledged_at: null,
  };
  const deliveries: Partial<DeliveriesStore> = {
    due: async (_, channels) => {
      busy = channels;
      return channels.length > 0 ? [] : ROWS;
    },
    ofAlerts: async () => ROWS,
    claim: async (ids) => [...ids],
    finish: async () => undefined,
  };
  const channels = { byId: async () => ({ id: 'c', type: 'webhook', enabled: true }) };
  const alerts: Partial<AlertsStore> = {
    byIds: async (ids) => ids.map((id) => ({ ...alert, id, resolved_at: null }) as AlertEntity),
  };
  return new OutboxService(
    deliveries as DeliveriesStore,
    channels as unknown as ChannelsStore,
    alerts as AlertsStore,
    { holdBack } as Partial<SilencedDeliveriesService> as SilencedDeliveriesService,
    { send } as ChannelSenderService,
    clock,
    {} as ServerConfig,
  );
}

describe('the outbox', () => {
  it('begins no further delivery once the term of the leader is over', async () => {
    const ending = new AbortController();
    const sent: string[] = [];
    const outbox = outboxOf(async (_, { items }) => {
      sent.push(items[0].id);
      ending.abort();
    });
    await outbox.sendDue(ending.signal);
    await waitFor('the outbox to be idle', async () => {
      await outbox.sendDue(ending.signal);
      return busy.length === 0;
    });
    expect(sent).toEqual(['1']);
  });

  it('keeps a silence that begins while a channel that is slow is sent to', async () => {
    let now = NOW;
    let silenced = false;
    const sent: string[] = [];
    const outbox = outboxOf(
      async (_, { items }) => {
        sent.push(items[0].id);
        silenced = true;
        now += 1_500;
      },
      async (due) => (silenced ? [] : due),
      { now: () => now } as Clock,
    );
    await outbox.sendDue(new AbortController().signal);
    await waitFor('the outbox to be idle', async () => {
      await outbox.sendDue(new AbortController().signal);
      return busy.length === 0;
    });
    // The second goes within the two seconds in which a look counts.
    expect(sent).toEqual(['1', '2']);
  });

  it('sends all while the term goes on', async () => {
    const sent: string[] = [];
    const outbox = outboxOf(async (_, { items }) => void sent.push(items[0].id));
    await outbox.sendDue(new AbortController().signal);
    await waitFor('all to be sent', () => sent.length === ROWS.length);
    expect(sent).toEqual(['1', '2', '3']);
  });
});
