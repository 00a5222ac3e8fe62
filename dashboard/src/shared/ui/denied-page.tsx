/** Shown in place of a page that the user may not see. */
import { Button, Stack, Text, Title } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { Link, useLocation } from 'react-router';
import { useSession } from '../services.js';

/** Says who may see the page, and offers to sign in where nobody has. */
export function DeniedPage({ who = 'administrators' }: { who?: string }) {
  const state = useSession();
  const { pathname, search } = useLocation();
  const user = state.phase === 'ready' ? state.user : null;
  const next = encodeURIComponent(`${pathname}${search}`);
  return (
    <Stack align="center" gap="sm" py={64} px="md" className="panel">
      <IconLock size={30} color="var(--ink-dim)" aria-hidden="true" />
      <Title order={1} size="h3">
        Not permitted
      </Title>
      <Text c="dimmed" ta="center" size="sm">
        This page is for {who}.{' '}
        {user !== null && `You are signed in as ${user.email}, with the role ${user.role}.`}
      </Text>
      {user === null && (
        <Button component={Link} to={`/login?next=${next}`} variant="default">
          Sign in
        </Button>
      )}
    </Stack>
  );
}
