/** `/settings/users`: who may sign in, and as what. */
import { ActionIcon, Badge, Button, Group, Menu } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import {
  IconDots,
  IconKey,
  IconPencil,
  IconPlus,
  IconShieldOff,
  IconTrash,
} from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { User } from '../../../src/contracts/index.js';
import { deleteUser, fetchUsers, removeSecondFactor } from '../shared/api/administration.js';
import { useServices, useSession } from '../shared/services.js';
import { ConfirmDialog } from '../shared/ui/confirm-dialog.js';
import { type DataColumn, DataTable } from '../shared/ui/data-table.js';
import { Day } from '../shared/ui/day.js';
import { LastSeen } from '../shared/ui/last-seen.js';
import { PageHead } from '../shared/ui/page-section.js';
import { QueryView } from '../shared/ui/query-view.js';
import { ShowMore } from '../shared/ui/show-more.js';
import { showSuccess } from '../shared/ui/toasts.js';
import { ROLE_LABELS } from './roles.js';
import { useList } from './use-list.js';
import { NewUserDialog, PasswordDialog, USERS_KEY, UserDialog } from './user-dialogs.js';

/** What is being done, and to whom. */
type Task = { kind: 'change' | 'password' | 'second-factor' | 'delete'; user: User };

/** The users, with what administrators can do to them. */
export function UsersPage() {
  const { api } = useServices();
  const queries = useQueryClient();
  const state = useSession();
  const myId = state.phase === 'ready' ? state.user?.id : undefined;
  const users = useList([USERS_KEY], fetchUsers);
  const [adding, setAdding] = useState(false);
  const [task, setTask] = useState<Task | null>(null);
  useDocumentTitle('Users · procspy');
  const close = () => setTask(null);
  const userOf = (kind: Task['kind']) => (task?.kind === kind ? task.user : null);
  const renew = () => queries.invalidateQueries({ queryKey: [USERS_KEY] });

  const columns: DataColumn<User>[] = [
    {
      label: 'User',
      cell: ({ id, email }) => (
        <Group gap={8} component="span">
          {email}
          {id === myId && (
            <Badge variant="light" color="brand" size="sm" component="span">
              you
            </Badge>
          )}
        </Group>
      ),
    },
    { label: 'Role', cell: ({ role }) => ROLE_LABELS[role] },
    { label: 'Second factor', cell: ({ totp_enabled }) => (totp_enabled ? 'on' : 'off') },
    { label: 'Last sign-in', cell: ({ last_login_at }) => <LastSeen at={last_login_at} /> },
    { label: 'Added', cell: ({ created_at }) => <Day at={created_at} /> },
    {
      label: 'Actions',
      actions: true,
      cell: (user) => <UserActions user={user} isMe={user.id === myId} onTask={setTask} />,
    },
  ];
  return (
    <>
      <PageHead
        title="Users"
        hint="Viewers see everything and change nothing. Administrators may do everything."
        actions={
          <Button size="xs" leftSection={<IconPlus size={15} />} onClick={() => setAdding(true)}>
            Add user
          </Button>
        }
      />
      <QueryView query={users}>
        {({ items }) => (
          <div className="panel">
            <DataTable label="Users" columns={columns} rows={items} rowKey={({ id }) => id} />
          </div>
        )}
      </QueryView>
      <ShowMore list={users} />
      <NewUserDialog opened={adding} onClose={() => setAdding(false)} />
      <UserDialog user={userOf('change')} isMe={task?.user.id === myId} onClose={close} />
      <PasswordDialog user={userOf('password')} onClose={close} />
      <ConfirmDialog
        opened={task?.kind === 'second-factor'}
        title={`Remove the second factor of ${task?.user.email}?`}
        action="Remove"
        onConfirm={async () => {
          if (task === null) return;
          await removeSecondFactor(api, task.user.id);
          await renew();
          showSuccess(`${task.user.email} signs in with the password alone.`);
        }}
        onClose={close}
      >
        For users who lost both their phone and their recovery codes. The password alone is then
        enough to sign in, until they set up another one.
      </ConfirmDialog>
      <ConfirmDialog
        opened={task?.kind === 'delete'}
        title={`Delete ${task?.user.email}?`}
        action="Delete"
        onConfirm={async () => {
          if (task === null) return;
          await deleteUser(api, task.user.id);
          await renew();
          showSuccess(`${task.user.email} has been deleted.`);
        }}
        onClose={close}
      >
        Their sessions end at once. What they did stays in the audit log, and the keys that they
        made stay in force.
      </ConfirmDialog>
    </>
  );
}

/** Nobody deletes their own account here, by a slip: another administrator can. */
function UserActions(props: { user: User; isMe: boolean; onTask: (task: Task) => void }) {
  const { user, isMe, onTask } = props;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={`Actions for ${user.email}`}>
          <IconDots size={17} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconPencil size={15} />}
          onClick={() => onTask({ kind: 'change', user })}
        >
          {isMe ? 'Change address' : 'Change address or role'}
        </Menu.Item>
        {!isMe && (
          <>
            <Menu.Item
              leftSection={<IconKey size={15} />}
              onClick={() => onTask({ kind: 'password', user })}
            >
              Set a new password
            </Menu.Item>
            {user.totp_enabled && (
              <Menu.Item
                leftSection={<IconShieldOff size={15} />}
                onClick={() => onTask({ kind: 'second-factor', user })}
              >
                Remove second factor
              </Menu.Item>
            )}
            <Menu.Item
              leftSection={<IconTrash size={15} />}
              color="red"
              onClick={() => onTask({ kind: 'delete', user })}
            >
              Delete
            </Menu.Item>
          </>
        )}
        {isMe && (
          <Menu.Label>
            Another administrator can change
            <br />
            your role or delete your account.
          </Menu.Label>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
