/** The signed-in user, and the way to sign out. */
import { ActionIcon, Menu } from '@mantine/core';
import { IconLogout, IconSettings, IconUser } from '@tabler/icons-react';
import { Link } from 'react-router';
import type { User } from '../../../src/contracts/index.js';
import { useServices } from '../shared/services.js';
import { showError } from '../shared/ui/toasts.js';

const ROLES = { admin: 'Administrator', viewer: 'Viewer' } as const;

/** A menu below the user's icon. */
export function UserMenu({ user }: { user: User }) {
  const { session, queries } = useServices();
  const signOut = async () => {
    try {
      await session.logout();
    } catch (error) {
      showError(error);
    }
    queries.clear();
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label="Account">
          <IconUser size={19} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {user.email}
          <br />
          {ROLES[user.role]}
        </Menu.Label>
        <Menu.Item component={Link} to="/settings/account" leftSection={<IconSettings size={16} />}>
          Settings
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void signOut()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
