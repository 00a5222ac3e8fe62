/** `/settings/keys`: the keys of enrolments, scripts, scrapers and machines. */
import { Badge, Button, Group, Select, Switch } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import type { ApiKey, KeyScope } from '../../../src/contracts/index.js';
import { fetchKeys, revokeKey } from '../shared/api/administration.js';
import { useServerNow } from '../shared/clock.js';
import { useServices } from '../shared/services.js';
import { ConfirmDialog } from '../shared/ui/confirm-dialog.js';
import { type DataColumn, DataTable } from '../shared/ui/data-table.js';
import { Day } from '../shared/ui/day.js';
import { LastSeen } from '../shared/ui/last-seen.js';
import { PageHead } from '../shared/ui/page-section.js';
import { QueryView } from '../shared/ui/query-view.js';
import { ShowMore } from '../shared/ui/show-more.js';
import { showSuccess } from '../shared/ui/toasts.js';
import { KEYS_KEY, NewKeyDialog } from './key-dialog.js';
import { keyState, MADE_BY_HAND, SCOPES, usesText } from './key-text.js';
import classes from './settings.module.css';
import { useList } from './use-list.js';

const STATE_MS = 30_000;
const ALL = 'all';
const FILTERS = [
  { value: ALL, label: 'All but machines' },
  ...[...MADE_BY_HAND, 'machine' as const].map((scope) => ({
    value: scope,
    label: SCOPES[scope].label,
  })),
];

/** Filters are part of the address. */
export function KeysPage() {
  const { api } = useServices();
  const queries = useQueryClient();
  const now = useServerNow(STATE_MS);
  const [parameters, setParameters] = useSearchParams();
  const scope = FILTERS.find(({ value }) => value === parameters.get('scope'))?.value ?? ALL;
  const revoked = parameters.get('revoked') === 'true';
  const query = { scope: scope === ALL ? undefined : (scope as KeyScope), revoked };
  const keys = useList([KEYS_KEY, query], (client, cursor, signal) =>
    fetchKeys(client, query, cursor, signal),
  );
  const [creating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  useDocumentTitle('Keys · procspy');
  const filter = (name: string, value: string | null) => {
    setParameters(
      (before) => {
        if (value === null) before.delete(name);
        else before.set(name, value);
        return before;
      },
      { replace: true },
    );
  };
  return (
    <>
      <PageHead
        title="Keys"
        hint="A key lets a program in, as a password lets in a person. The key itself is shown once, when it is made."
        actions={
          <Button size="xs" leftSection={<IconPlus size={15} />} onClick={() => setCreating(true)}>
            New key
          </Button>
        }
      />
      <div className={classes.filters}>
        <Select
          size="xs"
          label="Scope"
          allowDeselect={false}
          data={FILTERS}
          value={scope}
          onChange={(value) => filter('scope', value === ALL ? null : value)}
        />
        <Switch
          size="xs"
          pb={6}
          label="Revoked keys too"
          checked={revoked}
          onChange={(event) => filter('revoked', event.currentTarget.checked ? 'true' : null)}
        />
      </div>
      <QueryView query={keys}>
        {({ items }) => (
          <div className="panel">
            {items.length === 0 ? (
              <div className={classes.empty}>No key of this kind.</div>
            ) : (
              <DataTable
                label="Keys"
                columns={columnsFor(query.scope, now, setRevoking)}
                rows={items}
                rowKey={({ id }) => id}
                isDim={(key) => keyState(key, now) !== 'in force'}
              />
            )}
          </div>
        )}
      </QueryView>
      <ShowMore list={keys} />
      <NewKeyDialog opened={creating} onClose={() => setCreating(false)} />
      <ConfirmDialog
        opened={revoking !== null}
        title={`Revoke ${revoking?.name}?`}
        action="Revoke"
        onConfirm={async () => {
          if (revoking === null) return;
          await revokeKey(api, revoking.id);
          await queries.invalidateQueries({ queryKey: [KEYS_KEY] });
          showSuccess(`${revoking.name} is revoked.`);
        }}
        onClose={() => setRevoking(null)}
      >
        {revoking?.scope === 'machine'
          ? 'The agent of the machine is refused within seconds, until it is enrolled again.'
          : 'Whatever uses the key is refused within seconds. This cannot be undone.'}
        {revoking?.scope === 'enroll' && ' Machines that were enrolled with it stay.'}
      </ConfirmDialog>
    </>
  );
}

/** Machines' keys are made by enrolment; they never expire, and their last use is not kept. */
function columnsFor(
  scope: KeyScope | undefined,
  now: number,
  onRevoke: (key: ApiKey) => void,
): DataColumn<ApiKey>[] {
  const name: DataColumn<ApiKey> = {
    label: 'Name',
    cell: (key) => (
      <>
        <Group gap={8} component="span">
          {key.machine_id === null ? (
            key.name
          ) : (
            <Link to={`/machines/${key.machine_id}`}>{key.name}</Link>
          )}
          <StateBadge state={keyState(key, now)} />
        </Group>
        <code className={classes.note}>{key.hint}…</code>
      </>
    ),
  };
  const actions: DataColumn<ApiKey> = {
    label: 'Actions',
    actions: true,
    cell: (key) =>
      key.revoked_at === null && (
        <Button
          size="compact-xs"
          variant="default"
          aria-label={`Revoke ${key.name}`}
          onClick={() => onRevoke(key)}
        >
          Revoke
        </Button>
      ),
  };
  const made: DataColumn<ApiKey> = {
    label: 'Made',
    cell: ({ created_at, created_by }) => (
      <>
        <Day at={created_at} /> <span className={classes.note}>by {created_by}</span>
      </>
    ),
  };
  if (scope === 'machine') return [name, made, actions];
  return [
    name,
    { label: 'Scope', cell: (key) => SCOPES[key.scope].label },
    { label: 'Uses', cell: usesText },
    { label: 'Last used', cell: ({ last_used_at }) => <LastSeen at={last_used_at} /> },
    {
      label: 'Expires',
      cell: ({ expires_at }) => (expires_at === null ? 'never' : <Day at={expires_at} />),
    },
    made,
    actions,
  ];
}

function StateBadge({ state }: { state: ReturnType<typeof keyState> }) {
  if (state === 'in force') return null;
  return (
    <Badge variant="default" size="sm" component="span">
      {state}
    </Badge>
  );
}
