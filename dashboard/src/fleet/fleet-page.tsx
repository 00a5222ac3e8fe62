/** `/`: all machines at a glance. */
import { Button, Center, Loader, Text } from '@mantine/core';
import { useDisclosure, useDocumentTitle, useMediaQuery } from '@mantine/hooks';
import { IconDeviceTv, IconPlus } from '@tabler/icons-react';
import { useCallback, useMemo } from 'react';
import { Link } from 'react-router';
import { serverNow } from '../shared/clock.js';
import { useCutOffAt } from '../shared/live/use-cut-off.js';
import { useFleet } from '../shared/live/use-fleet.js';
import { judged } from '../shared/machines/troubles.js';
import { usePreference } from '../shared/preferences/use-preference.js';
import { useIsAdmin, useServices } from '../shared/services.js';
import { Notice } from '../shared/ui/notice.js';
import { VERSION } from '../shared/version.js';
import { AddMachineDialog } from './add-machine-dialog.js';
import { ColumnMenu } from './column-menu.js';
import { automaticColumns } from './columns.js';
import { EmptyFleet } from './empty-fleet.js';
import classes from './fleet-page.module.css';
import { FleetSummary } from './fleet-summary.js';
import { FleetToolbar } from './fleet-toolbar.js';
import { groupsOf, linesOfGroups, linesOfMachines } from './groups.js';
import { countByStatus, viewOf } from './list-view.js';
import { MachineCards } from './machine-cards.js';
import { MachineTable } from './machine-table.js';
import { useArrival } from './use-arrival.js';
import { useListView, useOwnColumns } from './use-list-view.js';
import { usePeriodicRender } from './use-periodic-render.js';
import { SparklineContext, useSparklineStore } from './use-sparklines.js';
import { ViewMenu } from './view-menu.js';

/**
 * How often rows are sorted again, in milliseconds: values change every second, rows should not
 * move that often.
 */
const REORDER_MS = 3_000;
/** The most folded groups that are remembered. */
const FOLDED_LIMIT = 100;

/** The list with its filters, as a table or, on a phone, as cards. */
export function FleetPage() {
  const { store } = useServices();
  const { machines, loading, error, hidden } = useFleet();
  const isAdmin = useIsAdmin();
  const narrow = useMediaQuery('(max-width: 760px)', undefined, { getInitialValueInEffect: false });
  const [view, setView] = useListView();
  const [, setOwnColumns] = useOwnColumns();
  const [folded, fold] = useFoldedGroups();
  const sparklines = useSparklineStore();
  const [adding, { open, close }] = useDisclosure(false);
  const renders = usePeriodicRender(REORDER_MS);
  const arrival = useArrival();
  const cutOffAt = useCutOffAt();

  // biome-ignore lint/correctness/useExhaustiveDependencies: machines and renders say when to look again
  const all = useMemo(
    () => judged(store.current(), { now: cutOffAt ?? serverNow(), version: VERSION }),
    [store, machines, renders, cutOffAt],
  );
  const counts = useMemo(() => countByStatus(all), [all]);
  const lines = useMemo(() => {
    const shown = viewOf(all, view);
    if (view.group === 'none') return linesOfMachines(shown);
    return linesOfGroups(groupsOf(shown, view.group), folded);
  }, [all, view, folded]);

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
    <SparklineContext value={sparklines}>
      <div className={classes.top}>
        <h1 className={classes.title}>Machines</h1>
        {counts.all > 0 && (
          <div className={classes.actions}>
            <Button
              component={Link}
              to="/wall"
              size="xs"
              variant="default"
              leftSection={<IconDeviceTv size={15} />}
            >
              Wall view
            </Button>
            {isAdmin && (
              <Button size="xs" leftSection={<IconPlus size={15} />} onClick={open}>
                Add machine
              </Button>
            )}
          </div>
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
          <FleetSummary machines={all} view={view} />
          <FleetToolbar view={view} counts={counts} onChange={setView}>
            {!narrow && (
              <ColumnMenu
                shown={view.columns ?? automaticColumns(window.innerWidth, store.current())}
                automatic={view.columns === null}
                onChoose={(columns) => {
                  setOwnColumns(columns);
                  setView({ columns });
                }}
              />
            )}
            <ViewMenu view={view} onOpen={setView} />
          </FleetToolbar>
          {narrow ? (
            <MachineCards lines={lines} total={counts.all} onFold={fold} />
          ) : (
            <MachineTable
              lines={lines}
              total={counts.all}
              view={view}
              onChange={setView}
              onFold={fold}
            />
          )}
          {lines.length === 0 && (
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
    </SparklineContext>
  );
}

/** The keys of the groups that the user has folded, and the function that folds or unfolds one. */
function useFoldedGroups(): [ReadonlySet<string>, (key: string, folded: boolean) => void] {
  const [keys, setKeys] = usePreference<readonly string[]>('fleet.folded_groups', NONE, areKeys);
  const set = useMemo(() => new Set(keys), [keys]);
  const fold = useCallback(
    (key: string, folded: boolean) => {
      const others = keys.filter((other) => other !== key);
      setKeys(folded ? [...others, key].slice(-FOLDED_LIMIT) : others);
    },
    [keys, setKeys],
  );
  return [set, fold];
}

const NONE: readonly string[] = [];

function areKeys(stored: unknown): stored is readonly string[] {
  return Array.isArray(stored) && stored.every((key) => typeof key === 'string');
}

function FilterReset({ onReset }: { onReset: () => void }) {
  return (
    <Button variant="subtle" size="compact-sm" onClick={onReset}>
      Show all
    </Button>
  );
}
