/** The newest deliveries: what was sent and what failed. */
import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { NotificationDelivery } from '../../../src/contracts/index.js';
import { fetchDeliveries } from '../shared/api/alerts.js';
import { formatDayTime } from '../shared/format/time.js';
import { useServices } from '../shared/services.js';
import classes from './alerts.module.css';
import { isFailing, KIND_TEXTS, outcomeText } from './delivery-text.js';

const SHOWN = 20;
const POLL_MS = 15_000;

/** Shown below the channels; renders nothing if there are no deliveries. */
export function DeliveryLog() {
  const { api } = useServices();
  const { data } = useQuery({
    queryKey: ['notification-deliveries'],
    queryFn: ({ signal }) => fetchDeliveries(api, { limit: SHOWN }, signal),
    refetchInterval: POLL_MS,
  });
  if (data === undefined || data.length === 0) return null;
  return (
    <section className={classes.log}>
      <h2 className={classes.logTitle}>Last notifications</h2>
      <ul className={`panel ${classes.list}`}>
        {data.map((delivery) => (
          <DeliveryItem key={delivery.id} delivery={delivery} />
        ))}
      </ul>
    </section>
  );
}

function DeliveryItem({ delivery }: { delivery: NotificationDelivery }) {
  const { kind, channel_name, created_at, rule_name, machine_name } = delivery;
  return (
    <li className={`${classes.item} ${classes.delivery}`}>
      <span className={classes.dim}>{formatDayTime(created_at)}</span>
      <span>{KIND_TEXTS[kind]}</span>
      <span className={classes.about}>
        {rule_name !== null && `${rule_name} on ${machine_name}`}
      </span>
      <span>{channel_name}</span>
      <Text size="sm" className={classes.outcome} c={isFailing(delivery) ? 'var(--hot)' : 'dimmed'}>
        {outcomeText(delivery, true)}
      </Text>
    </li>
  );
}
