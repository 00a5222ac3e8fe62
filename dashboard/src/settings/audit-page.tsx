/** `/settings/audit`: who did what, from where. */
import { Button, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback, useDocumentTitle } from '@mantine/hooks';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import type { AuditEntry } from '../../../src/contracts/index.js';
import { fetchAudit } from '../shared/api/administration.js';
import { formatDateTime } from '../shared/format/time.js';
import { type DataColumn, DataTable } from '../shared/ui/data-table.js';
import { PageHead } from '../shared/ui/page-section.js';
import { QueryView } from '../shared/ui/query-view.js';
import { ShowMore } from '../shared/ui/show-more.js';
import { AUDIT_PARAMETERS, type AuditParameter, auditQuery } from './audit-filters.js';
import classes from './audit-page.module.css';
import { ACTION_CHOICES, actionText, actorText, factsOf, subjectOf } from './audit-text.js';
import settings from './settings.module.css';
import { useList } from './use-list.js';

const OUTCOMES = [
  { value: 'success', label: 'Succeeded' },
  { value: 'failure', label: 'Failed' },
];

/** Filters are part of the address. */
export function AuditPage() {
  const [parameters, setParameters] = useSearchParams();
  const query = auditQuery(parameters);
  const entries = useList(['audit', query], (api, cursor, signal) =>
    fetchAudit(api, query, cursor, signal),
  );
  const [clears, setClears] = useState(0);
  const isFiltered = AUDIT_PARAMETERS.some((name) => parameters.has(name));
  useDocumentTitle('Audit log · procspy');
  const filter = (name: AuditParameter, value: string | null) => {
    setParameters(
      (before) => {
        if (value === null || value === '') before.delete(name);
        else before.set(name, value);
        return before;
      },
      { replace: true },
    );
  };
  return (
    <>
      <PageHead
        title="Audit log"
        hint="Who changed something or signed in, and from where. Entries are kept for a year."
      />
      <div className={settings.filters}>
        <Select
          size="xs"
          label="Action"
          placeholder="Any"
          searchable
          clearable
          data={ACTION_CHOICES}
          value={parameters.get('action')}
          onChange={(value) => filter('action', value)}
        />
        <ActorInput
          key={clears}
          value={parameters.get('actor') ?? ''}
          onChange={(value) => filter('actor', value)}
        />
        <Select
          size="xs"
          w={130}
          label="Outcome"
          placeholder="Any"
          clearable
          data={OUTCOMES}
          value={parameters.get('outcome')}
          onChange={(value) => filter('outcome', value)}
        />
        <TextInput
          size="xs"
          type="date"
          label="From"
          value={parameters.get('from') ?? ''}
          onChange={(event) => filter('from', event.currentTarget.value)}
        />
        <TextInput
          size="xs"
          type="date"
          label="To"
          value={parameters.get('to') ?? ''}
          onChange={(event) => filter('to', event.currentTarget.value)}
        />
        {isFiltered && (
          <Button
            size="xs"
            variant="default"
            onClick={() => {
              setParameters({}, { replace: true });
              setClears(clears + 1);
            }}
          >
            Clear
          </Button>
        )}
      </div>
      <QueryView query={entries}>
        {({ items, total }) => (
          <>
            <div className="panel">
              {items.length === 0 ? (
                <div className={settings.empty}>
                  {isFiltered ? 'No entry matches.' : 'Nothing has happened yet.'}
                </div>
              ) : (
                <DataTable
                  label="Audit log"
                  columns={COLUMNS}
                  rows={items}
                  rowKey={({ id }) => id}
                />
              )}
            </div>
            {items.length > 0 && (
              <p className={classes.count}>
                {items.length} of {total} {total === 1 ? 'entry' : 'entries'}
              </p>
            )}
          </>
        )}
      </QueryView>
      <ShowMore list={entries} />
    </>
  );
}

const COLUMNS: DataColumn<AuditEntry>[] = [
  { label: 'Time', cell: ({ at }) => <span className={classes.time}>{formatDateTime(at)}</span> },
  { label: 'Who', cell: actorText },
  { label: 'What', cell: (entry) => <What entry={entry} /> },
  { label: 'Address', cell: ({ address }) => address },
];

function What({ entry }: { entry: AuditEntry }) {
  return (
    <>
      <span className={classes.action} data-outcome={entry.outcome}>
        {actionText(entry)}
      </span>{' '}
      <strong>{subjectOf(entry)}</strong>
      <details className={classes.details}>
        <summary>Details</summary>
        <dl>
          {factsOf(entry).map(([label, text]) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{text}</dd>
            </div>
          ))}
        </dl>
      </details>
    </>
  );
}

/** Longest pause between two key strokes of one word, in milliseconds. */
const TYPING_MS = 300;

function ActorInput(props: { value: string; onChange: (value: string) => void }) {
  const [text, setText] = useState(props.value);
  const search = useDebouncedCallback(props.onChange, TYPING_MS);
  return (
    <TextInput
      size="xs"
      label="Who"
      placeholder="Part of a name"
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        search(event.currentTarget.value.trim());
      }}
    />
  );
}
