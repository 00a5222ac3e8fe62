/** Providers and routes. */
import { Center, Loader, MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { BrowserRouter, Navigate, Route, Routes } from 'react-router';
import { LoginPage } from '../auth/login-page.js';
import { SessionGate } from '../auth/session-gate.js';
import { SetupPage } from '../auth/setup-page.js';
import { MachinesPage } from '../machines/machines-page.js';
import { NotFoundPage } from './not-found-page.js';
import { type Services, ServicesContext } from './services.js';
import { Shell } from './shell.js';
import { theme, variables } from './theme.js';
import { ToastProvider } from './toasts.js';

// uPlot comes with this page only.
const MachinePage = lazy(() =>
  import('../machine/machine-page.js').then((module) => ({ default: module.MachinePage })),
);

const alertPages = () => import('../alerts/alert-pages.js');
const AlertsLayout = lazy(() => alertPages().then((pages) => ({ default: pages.AlertsLayout })));
const AlertsPage = lazy(() => alertPages().then((pages) => ({ default: pages.AlertsPage })));
const ChannelsPage = lazy(() => alertPages().then((pages) => ({ default: pages.ChannelsPage })));
const RulesPage = lazy(() => alertPages().then((pages) => ({ default: pages.RulesPage })));

/** The whole page. */
export function App({ services }: { services: Services }) {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={variables} defaultColorScheme="auto">
      <ServicesContext value={services}>
        <QueryClientProvider client={services.queries}>
          <ToastProvider>
            <BrowserRouter>
              <Routes>
                <Route path="/setup" element={<SetupPage />} />
                <Route path="/login" element={<LoginPage />} />
                <Route
                  element={
                    <SessionGate>
                      <Shell />
                    </SessionGate>
                  }
                >
                  <Route index element={<MachinesPage />} />
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
                    <Route path="rules" element={<RulesPage />} />
                    <Route path="channels" element={<ChannelsPage />} />
                  </Route>
                  <Route path="*" element={<NotFoundPage />} />
                </Route>
              </Routes>
            </BrowserRouter>
          </ToastProvider>
        </QueryClientProvider>
      </ServicesContext>
    </MantineProvider>
  );
}

function PageLoader() {
  return (
    <Center mih="50vh">
      <Loader aria-label="Loading" />
    </Center>
  );
}
