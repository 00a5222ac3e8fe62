/** Shows the dashboard to signed-in users and sends others to the sign-in or setup page. */
import { Button, Center, Loader, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import { Navigate, useLocation } from 'react-router';
import { usePreferencesSettled } from '../shared/preferences/use-preference.js';
import { useServices, useSession } from '../shared/services.js';

/**
 * Renders `children` once the user and their preferences are known and they may read; live values
 * are received while it does.
 */
export function SessionGate({ children }: { children: ReactNode }) {
  const { session, live } = useServices();
  const state = useSession();
  const settled = usePreferencesSettled();
  const location = useLocation();
  const mayRead = state.phase === 'ready' && (state.user !== null || !state.authRequired);

  const userId = state.phase === 'ready' ? (state.user?.id ?? null) : null;
  // Another person means another handshake.
  // biome-ignore lint/correctness/useExhaustiveDependencies: userId is what changes the handshake
  useEffect(() => {
    if (!mayRead) return undefined;
    live.open();
    return () => live.close();
  }, [live, mayRead, userId]);

  if (state.phase === 'starting' || (mayRead && !settled)) {
    return (
      <Center mih="100vh">
        <Loader aria-label="Loading" />
      </Center>
    );
  }
  if (state.phase === 'unreachable') {
    return (
      <Stack align="center" justify="center" mih="100vh" gap="sm" p="md">
        <Title order={2}>No connection</Title>
        <Text c="dimmed">{state.message} Trying again every few seconds.</Text>
        <Button variant="default" onClick={() => void session.start()}>
          Try now
        </Button>
      </Stack>
    );
  }
  if (!mayRead) {
    if (state.setupRequired) return <Navigate to="/setup" replace />;
    const next = `${location.pathname}${location.search}`;
    const search = next === '/' ? '' : `?next=${encodeURIComponent(next)}`;
    return <Navigate to={`/login${search}`} replace />;
  }
  return children;
}
