/** The newest deliveries: what was sent and what failed. */
import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type {
  DeliveryState,
  NotificationDelivery,
  NotificationKind,
} from '../../../src/contracts/index.js';
import { fetchDeliveries } from '../shared/api/alerts.js';
import { formatDayTime } from '../shared/format/time.js';
import { useServices } from '../shared/services.js';
import classes from './alerts.module.css';

const SHOWN = 20;
const POLL_MS = 15_000;

const KIND: Record<NotificationKind, string> = {
  fired: 'Alert',
  repeated: 'Reminder',
  resolved: 'All clear',
  test: 'Test',
};
const STATE: Record<DeliveryState, string> = {
  waiting: 'waiting',
  delivered: 'sent',
  dead: 'given up',
  skipped: 'not needed any more',
};

/** Shown below the channels; renders nothing if there are no deliveries. */
export function DeliveryLog() {
  const { api } = useServices();
  const { data } = useQuery({
    queryKey: ['notification-deliveries'],
    queryFn: ({ signal }) => fetchDeliveries(api, SHOWN, signal),
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
  const { kind, state, channel_name, created_at, attempts, last_error } = delivery;
  const { rule_name, machine_name } = delivery;
  const failing = state === 'dead' || (state === 'waiting' && last_error !== null);
  return (
    <li className={`${classes.item} ${classes.delivery}`}>
      <span className={classes.dim}>{formatDayTime(created_at)}</span>
      <span>{KIND[kind]}</span>
      <span className={classes.about}>
        {rule_name !== null && `${rule_name} on ${machine_name}`}
      </span>
      <span>{channel_name}</span>
      <Text size="sm" className={classes.outcome} c={failing ? 'var(--hot)' : 'dimmed'}>
        {STATE[state]}
        {attempts > 1 && `, ${attempts} attempts`}
        {failing && last_error !== null && `: ${last_error}`}
      </Text>
    </li>
  );
}
