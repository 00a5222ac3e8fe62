/** Providers and routes. */
import { Center, Loader, MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { Suspense } from 'react';
import { BrowserRouter, Navigate, Route, Routes, useLocation } from 'react-router';
import { LoginPage } from '../auth/login-page.js';
import { SessionGate } from '../auth/session-gate.js';
import { SetupPage } from '../auth/setup-page.js';
import { FleetPage } from '../fleet/fleet-page.js';
import { BASE_PATH } from '../shared/base-path.js';
import { type Services, ServicesContext } from '../shared/services.js';
import { NotFoundPage } from '../shared/ui/not-found-page.js';
import { SHOWN_AT_ONCE } from '../shared/ui/toasts.js';
import { wallKey } from '../wall/wall-key.js';
import {
  AlertsLayout,
  AlertsPage,
  ChannelsPage,
  MachinePage,
  RulesPage,
  SettingsPages,
  SilencesPage,
  WallPage,
} from './lazy-pages.js';
import { Shell } from './shell.js';
import { theme, variables } from './theme.js';

/** The whole dashboard. */
export function App({ services }: { services: Services }) {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={variables} defaultColorScheme="auto">
      <ServicesContext value={services}>
        <QueryClientProvider client={services.queries}>
          <Notifications position="bottom-right" limit={SHOWN_AT_ONCE} aria-live="polite" />
          <BrowserRouter basename={BASE_PATH}>
            <Routes>
              <Route path="/setup" element={<SetupPage />} />
              <Route path="/login" element={<LoginPage />} />
              <Route path="/wall" element={<WallRoute />} />
              <Route
                element={
                  <SessionGate>
                    <Shell />
                  </SessionGate>
                }
              >
                <Route index element={<FleetPage />} />
                <Route path="machines" element={<Navigate to="/" replace />} />
                <Route
                  path="machines/:machineId"
                  element={
                    <Suspense fallback={<PageLoader />}>
                      <MachinePage />
                    </Suspense>
                  }
                />
                <Route
                  path="alerts"
                  element={
                    <Suspense fallback={<PageLoader />}>
                      <AlertsLayout />
                    </Suspense>
                  }
                >
                  <Route index element={<AlertsPage />} />
                  <Route path="silences" element={<SilencesPage />} />
                  <Route path="rules" element={<RulesPage />} />
                  <Route path="channels" element={<ChannelsPage />} />
                </Route>
                <Route
                  path="settings/*"
                  element={
                    <Suspense fallback={<PageLoader />}>
                      <SettingsPages />
                    </Suspense>
                  }
                />
                <Route path="*" element={<NotFoundPage />} />
              </Route>
            </Routes>
          </BrowserRouter>
        </QueryClientProvider>
      </ServicesContext>
    </MantineProvider>
  );
}

/** A wall opened with a key needs no session. */
function WallRoute() {
  const readKey = wallKey(useLocation().hash);
  const wall = (
    <Suspense fallback={<PageLoader />}>
      <WallPage readKey={readKey} />
    </Suspense>
  );
  return readKey === null ? <SessionGate>{wall}</SessionGate> : wall;
}

function PageLoader() {
  return (
    <Center mih="50vh">
      <Loader aria-label="Loading" />
    </Center>
  );
}
