/** `/`: all machines at a glance. */

import { Button, Center, Loader, Text } from '@mantine/core';
import { useDisclosure, useDocumentTitle, useMediaQuery } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { useFleet } from '../shared/live/use-fleet.js';
import { useIsAdmin, useServices } from '../shared/services.js';
import { Notice } from '../shared/ui/notice.js';
import { AddMachineDialog } from './add-machine-dialog.js';
import { EmptyFleet } from './empty-fleet.js';
import classes from './fleet-page.module.css';
import { FleetToolbar } from './fleet-toolbar.js';
import {
  addressOfView,
  countByStatus,
  type ListView,
  viewFromAddress,
  viewOf,
} from './list-view.js';
import { MachineCards } from './machine-cards.js';
import { MachineTable } from './machine-table.js';
import { useArrival } from './use-arrival.js';
import { usePeriodicRender } from './use-periodic-render.js';

/**
 * How often rows are sorted again, in milliseconds: values change every second, rows should not
 * move that often.
 */
const REORDER_MS = 3_000;

/** The list with its filters, as a table or, on a phone, as cards. */
export function FleetPage() {
  const { store } = useServices();
  const { machines, loading, error, hidden } = useFleet();
  const isAdmin = useIsAdmin();
  const narrow = useMediaQuery('(max-width: 760px)', undefined, { getInitialValueInEffect: false });
  const [parameters, setParameters] = useSearchParams();
  const [adding, { open, close }] = useDisclosure(false);
  const renders = usePeriodicRender(REORDER_MS);
  const arrival = useArrival();

  const view = useMemo(() => viewFromAddress(parameters), [parameters]);
  const setView = (change: Partial<ListView>) => {
    setParameters(addressOfView({ ...view, ...change }), { replace: true });
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: machines and renders say when to look again
  const { counts, shown } = useMemo(() => {
    const current = store.current();
    return {
      counts: countByStatus(current),
      shown: viewOf(current, view).map((machine) => machine.machine_id),
    };
  }, [store, view, machines, renders]);

  const down = counts.offline > 0 ? `(${counts.offline} down) ` : '';
  useDocumentTitle(`${down}Machines · procspy`);

  if (loading) {
    return (
      <Center mih="50vh">
        <Loader aria-label="Loading" />
      </Center>
    );
  }

  return (
    <>
      <div className={classes.top}>
        <h1 className={classes.title}>Machines</h1>
        {isAdmin && counts.all > 0 && (
          <Button size="xs" leftSection={<IconPlus size={15} />} onClick={open}>
            Add machine
          </Button>
        )}
      </div>
      {error !== null && (
        <Notice kind="error" mb="md">
          {error.message}
        </Notice>
      )}
      {counts.all === 0 && error === null && <EmptyFleet onAwait={arrival.start} />}
      {counts.all > 0 && (
        <>
          <FleetToolbar view={view} counts={counts} onChange={setView} />
          {narrow ? (
            <MachineCards ids={shown} />
          ) : (
            <MachineTable ids={shown} view={view} onChange={setView} />
          )}
          {shown.length === 0 && (
            <Text c="dimmed" ta="center" py={48}>
              No machine matches.{' '}
              <FilterReset onReset={() => setView({ search: '', status: 'all' })} />
            </Text>
          )}
          {hidden > 0 && (
            <Text c="dimmed" size="sm" mt="sm">
              {hidden} more machines are not listed here.
            </Text>
          )}
        </>
      )}
      <AddMachineDialog
        opened={adding}
        onClose={() => {
          close();
          arrival.stop();
        }}
        onAwait={arrival.start}
      />
    </>
  );
}

function FilterReset({ onReset }: { onReset: () => void }) {
  return (
    <Button variant="subtle" size="compact-sm" onClick={onReset}>
      Show all
    </Button>
  );
}
