/** `/alerts`: current and past alerts. */
import { Button, Center, Loader, Text, VisuallyHidden } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { IconCircleCheck } from '@tabler/icons-react';
import { Link, useSearchParams } from 'react-router';
import type { Alert } from '../../../src/contracts/index.js';
import { useFleet } from '../shared/live/use-fleet.js';
import { Notice } from '../shared/ui/notice.js';
import { AlertFilters } from './alert-filters.js';
import { AlertItem } from './alert-item.js';
import { byMachine, byUrgency, type MachineGroup } from './alert-order.js';
import {
  ALERT_VIEWS,
  type AlertView,
  addressOfView,
  isFiltered,
  viewOfAddress,
} from './alert-view.js';
import classes from './alerts.module.css';
import { useAlerts, useRules } from './use-alerts.js';
import { counted } from './words.js';

/** The alerts of one view, the most urgent first; those that are over newest first. */
export function AlertsPage() {
  const [parameters, setParameters] = useSearchParams();
  const view = viewOfAddress(parameters);
  const show = (next: AlertView) => setParameters(addressOfView(next), { replace: true });
  const { machines } = useFleet();
  const rules = useRules();
  const alerts = useAlerts({
    states: ALERT_VIEWS.find(({ value }) => value === view.state)?.states ?? [],
    severity: view.severity ?? undefined,
    machineId: view.machineId ?? undefined,
    ruleId: view.ruleId ?? undefined,
  });
  const items = byUrgency(alerts.data?.pages.flatMap((page) => page.items) ?? []);
  useDocumentTitle('Alerts · procspy');

  return (
    <>
      <div className={classes.top}>
        <VisuallyHidden component="h1">Alerts</VisuallyHidden>
        <AlertFilters view={view} machines={machines} rules={rules.data ?? []} onChange={show} />
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
      {alerts.data !== undefined && items.length === 0 && <NoAlerts view={view} onShow={show} />}
      {items.length > 0 && !view.byMachine && <AlertList alerts={items} withMachine />}
      {view.byMachine &&
        byMachine(items).map((group) => <MachineSection key={group.machineId} group={group} />)}
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

function AlertList({ alerts, withMachine }: { alerts: readonly Alert[]; withMachine: boolean }) {
  return (
    <ul className={`panel ${classes.list}`}>
      {alerts.map((alert) => (
        <AlertItem key={alert.id} alert={alert} withMachine={withMachine} />
      ))}
    </ul>
  );
}

function MachineSection({ group }: { group: MachineGroup }) {
  const { machineId, name, alerts } = group;
  const gone = alerts.some(({ resolution }) => resolution === 'machine_deleted');
  return (
    <section className={classes.section} aria-label={name}>
      <h2 className={classes.machineTitle}>
        {gone ? name : <Link to={`/machines/${machineId}`}>{name}</Link>}
        <span className={classes.dim}>{counted(alerts.length, 'alert')}</span>
      </h2>
      <AlertList alerts={alerts} withMachine={false} />
    </section>
  );
}

function NoAlerts({ view, onShow }: { view: AlertView; onShow: (view: AlertView) => void }) {
  if (isFiltered(view)) {
    const all = { ...view, severity: null, machineId: null, ruleId: null };
    return (
      <div className={`panel ${classes.empty}`}>
        <Text c="dimmed">No alert matches.</Text>
        <Button size="xs" mt="sm" variant="default" onClick={() => onShow(all)}>
          Show all
        </Button>
      </div>
    );
  }
  return (
    <div className={`panel ${classes.empty}`}>
      <IconCircleCheck size={32} color="var(--ok)" aria-hidden="true" />
      <Text c="dimmed">{view.state === 'open' ? 'All is well: no alert is open.' : 'None.'}</Text>
    </div>
  );
}
