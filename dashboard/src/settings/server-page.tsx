/** `/settings/server`: how the server itself is doing. */
import { Badge, Group } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import {
  formatBytes,
  formatDuration,
  type JobStatus,
  type ReplicaStatus,
  type ServerStatus,
} from '../../../src/contracts/index.js';
import { fetchServer } from '../shared/api/administration.js';
import { useServerNow } from '../shared/clock.js';
import { useServices } from '../shared/services.js';
import { type DataColumn, DataTable } from '../shared/ui/data-table.js';
import { LastSeen } from '../shared/ui/last-seen.js';
import { Notice } from '../shared/ui/notice.js';
import { PageHead, PageSection } from '../shared/ui/page-section.js';
import { QueryView } from '../shared/ui/query-view.js';
import { Facts } from './facts.js';
import { DATABASE_NAMES, formatRunTime, jobLabel, socketsText } from './server-text.js';
import classes from './settings.module.css';

const POLL_MS = 10_000;

/** Is fetched again every ten seconds. */
export function ServerPage() {
  const { api } = useServices();
  const server = useQuery({
    queryKey: ['server'],
    queryFn: ({ signal }) => fetchServer(api, signal),
    refetchInterval: POLL_MS,
  });
  useDocumentTitle('Server · procspy');
  return (
    <>
      <PageHead title="Server" />
      <QueryView query={server}>{(status) => <Status status={status} />}</QueryView>
    </>
  );
}

function Status({ status }: { status: ServerStatus }) {
  const { ready, database, machines, replicas, jobs, redis } = status;
  const now = useServerNow(POLL_MS);
  const [mine] = replicas;
  const failing = jobs.filter(({ error }) => error !== null);
  return (
    <>
      {failing.length > 0 && (
        <Notice kind="error" mb="md" title="Background jobs fail">
          {failing.map(({ name, error }) => (
            <div key={name}>
              {jobLabel(name)}: {error}
            </div>
          ))}
        </Notice>
      )}
      <PageSection
        title="This server"
        actions={
          <Badge variant={ready ? 'light' : 'default'} color={ready ? 'brand' : 'red'}>
            {ready ? 'Ready' : 'Not ready'}
          </Badge>
        }
      >
        <Facts
          of={[
            ['Version', mine?.version ?? null],
            ['Node.js', mine?.node_version ?? null],
            ['Up for', mine ? formatDuration((now - Date.parse(mine.started_at)) / 1_000) : null],
            ['Machines', `${machines.online} online of ${machines.total}`],
            ['Database', `${DATABASE_NAMES[database.kind]} ${database.version}`],
            ['Size', formatBytes(database.size_bytes)],
            ['Address', database.address],
            ['Migrations', database.migrated ? 'done' : 'pending'],
            ['Redis', redis ? 'in use' : 'not in use'],
          ]}
        />
      </PageSection>
      <PageSection
        title={replicas.length === 1 ? 'Process' : 'Replicas'}
        hint={
          database.kind === 'postgres'
            ? 'Every process on this database that said in the last half minute that it is there.'
            : undefined
        }
        flush
      >
        <DataTable
          label="Replicas"
          columns={REPLICA_COLUMNS}
          rows={replicas}
          rowKey={({ id }) => id}
        />
      </PageSection>
      <PageSection
        title="Background jobs"
        hint="One replica runs them. A job that fails is tried again at its next turn."
        flush
      >
        {jobs.length === 0 ? (
          <div className={classes.empty}>
            No job has run yet, or the leader has not told of any.
          </div>
        ) : (
          <DataTable
            label="Background jobs"
            columns={JOB_COLUMNS}
            rows={jobs}
            rowKey={({ name }) => name}
          />
        )}
      </PageSection>
    </>
  );
}

const REPLICA_COLUMNS: DataColumn<ReplicaStatus>[] = [
  {
    label: 'Process',
    cell: ({ host_name, process_id, current, leader }) => (
      <Group gap={8} component="span">
        {host_name} <span className={classes.note}>{process_id}</span>
        {current && (
          <Badge variant="light" color="brand" size="sm" component="span">
            answers
          </Badge>
        )}
        {leader && (
          <Badge variant="default" size="sm" component="span">
            runs the jobs
          </Badge>
        )}
      </Group>
    ),
  },
  { label: 'Version', cell: ({ version }) => version },
  { label: 'Started', cell: ({ started_at }) => <LastSeen at={started_at} /> },
  { label: 'Seen', cell: ({ seen_at }) => <LastSeen at={seen_at} /> },
  { label: 'Memory', cell: ({ memory_bytes }) => formatBytes(memory_bytes) },
  { label: 'Sockets', cell: socketsText },
  {
    label: 'Samples a second',
    cell: ({ samples_per_second }) => samples_per_second?.toFixed(1) ?? 'not known yet',
  },
];

const JOB_COLUMNS: DataColumn<JobStatus>[] = [
  { label: 'Job', cell: ({ name }) => jobLabel(name) },
  { label: 'Last run', cell: ({ last_run_at }) => <LastSeen at={last_run_at} /> },
  { label: 'Took', cell: ({ duration_seconds }) => formatRunTime(duration_seconds) },
  {
    label: 'Outcome',
    cell: ({ error }) =>
      error === null ? 'done' : <span className={classes.failed}>{error}</span>,
  },
  { label: 'Failures', cell: ({ failures }) => failures },
];
