/** One's own sessions: where one is signed in, and the way to end that. */
import { Badge, Button, Group } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Session } from '../../../src/contracts/index.js';
import { endOtherSessions, endSession } from '../shared/api/account.js';
import { formatDateTime } from '../shared/format/time.js';
import { useServices } from '../shared/services.js';
import { ConfirmDialog } from '../shared/ui/confirm-dialog.js';
import { type DataColumn, DataTable } from '../shared/ui/data-table.js';
import { LastSeen } from '../shared/ui/last-seen.js';
import { PageSection } from '../shared/ui/page-section.js';
import { QueryView } from '../shared/ui/query-view.js';
import { ACCOUNT_KEYS, useSessions } from './use-account.js';
import { describeUserAgent } from './user-agent.js';

/** A section of the account page. */
export function SessionList() {
  const { api } = useServices();
  const queries = useQueryClient();
  const sessions = useSessions();
  const [ending, setEnding] = useState<Session | 'others' | null>(null);
  const hasOthers = sessions.data?.some(({ current }) => !current) ?? false;
  const end = async () => {
    if (ending === 'others') await endOtherSessions(api);
    else if (ending !== null) await endSession(api, ending.id);
    await queries.invalidateQueries({ queryKey: ACCOUNT_KEYS.sessions });
  };
  const columns: DataColumn<Session>[] = [
    {
      label: 'Browser',
      cell: ({ user_agent, current }) => (
        <Group gap={8} component="span" title={user_agent}>
          {describeUserAgent(user_agent)}
          {current && (
            <Badge variant="light" color="brand" size="sm" component="span">
              this one
            </Badge>
          )}
        </Group>
      ),
    },
    { label: 'Address', cell: ({ address }) => address },
    { label: 'Last used', cell: ({ last_used_at }) => <LastSeen at={last_used_at} /> },
    { label: 'Signed in', cell: ({ created_at }) => formatDateTime(created_at) },
    {
      label: 'Actions',
      actions: true,
      cell: (session) =>
        !session.current && (
          <Button
            size="compact-xs"
            variant="default"
            aria-label={`End the session of ${describeUserAgent(session.user_agent)}`}
            onClick={() => setEnding(session)}
          >
            End
          </Button>
        ),
    },
  ];
  return (
    <PageSection
      title="Sessions"
      hint="Where you are signed in. A session ends by itself when it was not used for 30 days."
      flush
      actions={
        hasOthers && (
          <Button size="xs" variant="default" onClick={() => setEnding('others')}>
            End all others
          </Button>
        )
      }
    >
      <QueryView query={sessions}>
        {(items) => (
          <DataTable
            label="Sessions"
            columns={columns}
            rows={items}
            rowKey={(session) => session.id}
          />
        )}
      </QueryView>
      <ConfirmDialog
        opened={ending !== null}
        title={ending === 'others' ? 'End all other sessions?' : 'End this session?'}
        action="End"
        onConfirm={end}
        onClose={() => setEnding(null)}
      >
        {ending === 'others' || ending === null
          ? 'You stay signed in here, and nowhere else.'
          : `${describeUserAgent(ending.user_agent)} at ${ending.address} has to sign in again.`}
      </ConfirmDialog>
    </PageSection>
  );
}
