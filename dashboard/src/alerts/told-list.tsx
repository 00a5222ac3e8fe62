/** Who was told of an alert, and when; fetched once somebody asks. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Alert } from '../../../src/contracts/index.js';
import { fetchDeliveries } from '../shared/api/alerts.js';
import { formatDayTime } from '../shared/format/time.js';
import { useIsAdmin, useServices } from '../shared/services.js';
import classes from './alerts.module.css';
import { isFailing, KIND_TEXTS, outcomeText } from './delivery-text.js';

/** As many notifications as are shown of one alert, the newest. */
const SHOWN = 50;
const POLL_MS = 15_000;

/** Folded until it is opened. */
export function ToldList({ alert }: { alert: Alert }) {
  const [opened, setOpened] = useState(false);
  return (
    <details className={classes.evidence} onToggle={(event) => setOpened(event.currentTarget.open)}>
      <summary>Who was told</summary>
      {opened && <Told alert={alert} />}
    </details>
  );
}

function Told({ alert }: { alert: Alert }) {
  const { api } = useServices();
  const isAdmin = useIsAdmin();
  const { data, error } = useQuery({
    queryKey: ['notification-deliveries', alert.id],
    queryFn: ({ signal }) => fetchDeliveries(api, { limit: SHOWN, alertId: alert.id }, signal),
    refetchInterval: POLL_MS,
  });
  if (error !== null) return <p className={classes.told}>{error.message}</p>;
  if (data === undefined) return <p className={classes.told}>Loading …</p>;
  if (data.length === 0) {
    return (
      <p className={classes.told}>
        {alert.silenced_by === null ? 'Nobody.' : 'Nobody: it is silenced.'}
      </p>
    );
  }
  return (
    <ul className={classes.toldList}>
      {data.map((delivery) => (
        <li key={delivery.id}>
          <time dateTime={delivery.delivered_at ?? delivery.created_at}>
            {formatDayTime(delivery.delivered_at ?? delivery.created_at)}
          </time>{' '}
          {delivery.channel_name}: {KIND_TEXTS[delivery.kind].toLowerCase()},{' '}
          <span data-failing={isFailing(delivery) || undefined}>
            {outcomeText(delivery, isAdmin)}
          </span>
        </li>
      ))}
    </ul>
  );
}
