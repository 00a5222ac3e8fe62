/** `/settings/history`: what history takes, how it grows, and how long it is kept. */
import { useDocumentTitle } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { formatBytes, type StorageUsage } from '../../../src/contracts/index.js';
import { fetchStorage } from '../shared/api/storage.js';
import { formatDateTime } from '../shared/format/time.js';
import { useServices } from '../shared/services.js';
import { type DataColumn, DataTable } from '../shared/ui/data-table.js';
import { Notice } from '../shared/ui/notice.js';
import { PageHead, PageSection } from '../shared/ui/page-section.js';
import { QueryView } from '../shared/ui/query-view.js';
import classes from './history-page.module.css';
import { StorageBar } from './storage-bar.js';
import { formatDays, storageParts, TIER_NAMES, TIERS, type TierRow } from './storage-text.js';

const POLL_MS = 60_000;

/** Also for viewers, and in the open mode. */
export function HistoryPage() {
  const { api } = useServices();
  const storage = useQuery({
    queryKey: ['storage'],
    queryFn: ({ signal }) => fetchStorage(api, signal),
    refetchInterval: POLL_MS,
  });
  useDocumentTitle('History · procspy');
  return (
    <>
      <PageHead title="History" />
      <QueryView query={storage}>{(usage) => <Usage usage={usage} />}</QueryView>
    </>
  );
}

function Usage({ usage }: { usage: StorageUsage }) {
  const { total_bytes, bytes_per_day, budget_bytes, budget_days, converted_from } = usage;
  return (
    <>
      {converted_from !== null && (
        <Notice kind="info" mb="md" title="History of an earlier version is being converted">
          It is done back to {formatDateTime(converted_from)}. Older charts are incomplete until
          then.
        </Notice>
      )}
      <PageSection title="Space">
        <div className={classes.figures}>
          <Figure label="Stored" value={formatBytes(total_bytes)} />
          <Figure
            label="Growth a day"
            value={formatBytes(bytes_per_day)}
            note={bytes_per_day === null ? 'Known after some hours of samples' : null}
          />
          <Figure
            label="Budget"
            value={budget_bytes === null ? 'None' : formatBytes(budget_bytes)}
            note={
              budget_bytes === null
                ? 'History ends by age alone'
                : budget_days === null
                  ? null
                  : `Holds ${formatDays(budget_days)} at this rate`
            }
          />
        </div>
        <StorageBar parts={storageParts(usage)} budgetBytes={budget_bytes} />
      </PageSection>
      <PageSection
        title="Retention"
        hint="How long each resolution is kept. It is set where the server is started: change the variable there and start the server again."
        flush
      >
        <DataTable
          label="Retention"
          columns={COLUMNS}
          rows={TIERS.map((tier) => ({ tier, ...usage.tiers[tier] }))}
          rowKey={({ tier }) => tier}
        />
      </PageSection>
      {budget_bytes === null && (
        <p className={classes.hint}>
          <code>PROCSPY_STORAGE_BUDGET</code>, e.g. <code>20GB</code>, sets a limit in bytes: when
          it is exceeded, the oldest samples go first.
        </p>
      )}
    </>
  );
}

const COLUMNS: DataColumn<TierRow>[] = [
  { label: 'Resolution', cell: ({ tier }) => TIER_NAMES[tier].label },
  { label: 'Stored', cell: ({ bytes }) => formatBytes(bytes) },
  { label: 'Kept for', cell: ({ retention_days }) => formatDays(retention_days) },
  { label: 'Reaches back to', cell: ({ oldest }) => formatDateTime(oldest) },
  { label: 'Setting', cell: ({ tier }) => <code>{TIER_NAMES[tier].setting}</code> },
];

function Figure(props: { label: string; value: string; note?: string | null }) {
  return (
    <div>
      <div className={classes.label}>{props.label}</div>
      <div className={classes.value}>{props.value}</div>
      <div className={classes.label}>{props.note}</div>
    </div>
  );
}
