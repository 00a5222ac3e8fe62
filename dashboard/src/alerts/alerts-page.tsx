/** `/alerts`: current and past alerts. */
import { Button, Center, Loader, SegmentedControl, Text, VisuallyHidden } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { IconCircleCheck } from '@tabler/icons-react';
import { useSearchParams } from 'react-router';
import type { AlertState } from '../../../src/contracts/index.js';
import { Notice } from '../shared/ui/notice.js';
import { AlertItem } from './alert-item.js';
import { byUrgency } from './alert-order.js';
import classes from './alerts.module.css';
import { OPEN_STATES, useAlerts } from './use-alerts.js';

const VIEWS = [
  { value: 'open', label: 'Open', states: OPEN_STATES },
  { value: 'pending', label: 'Pending', states: ['pending'] },
  { value: 'resolved', label: 'Resolved', states: ['resolved'] },
] as const satisfies readonly { value: string; label: string; states: readonly AlertState[] }[];

/** The alerts of one view, newest first. */
export function AlertsPage() {
  const [parameters, setParameters] = useSearchParams();
  const view = VIEWS.find(({ value }) => value === parameters.get('state')) ?? VIEWS[0];
  const alerts = useAlerts(view.states);
  const items = byUrgency(alerts.data?.pages.flatMap((page) => page.items) ?? []);
  useDocumentTitle('Alerts · procspy');

  return (
    <>
      <div className={classes.top}>
        <VisuallyHidden component="h1">Alerts</VisuallyHidden>
        <SegmentedControl
          size="xs"
          bg="var(--segment)"
          aria-label="State"
          data={VIEWS.map(({ value, label }) => ({ value, label }))}
          value={view.value}
          onChange={(value) => {
            setParameters(value === 'open' ? {} : { state: value }, { replace: true });
          }}
        />
      </div>
      {alerts.error !== null && (
        <Notice kind="error" mb="md">
          {alerts.error.message}
        </Notice>
      )}
      {alerts.isPending && (
        <Center mih="30vh">
          <Loader aria-label="Loading" />
        </Center>
      )}
      {alerts.data !== undefined && items.length === 0 && (
        <div className={`panel ${classes.empty}`}>
          <IconCircleCheck size={32} color="var(--ok)" aria-hidden="true" />
          <Text c="dimmed">
            {view.value === 'open' ? 'All is well: no alert is open.' : 'None.'}
          </Text>
        </div>
      )}
      {items.length > 0 && (
        <ul className={`panel ${classes.list}`}>
          {items.map((alert) => (
            <AlertItem key={alert.id} alert={alert} />
          ))}
        </ul>
      )}
      {alerts.hasNextPage && (
        <Center mt="md">
          <Button
            variant="default"
            loading={alerts.isFetchingNextPage}
            onClick={() => void alerts.fetchNextPage()}
          >
            Show more
          </Button>
        </Center>
      )}
    </>
  );
}
