/** The settings and their routes, in one chunk. */
import type { ReactNode } from 'react';
import { Navigate, Route, Routes } from 'react-router';
import { useSession } from '../shared/services.js';
import { DeniedPage } from '../shared/ui/denied-page.js';
import { NotFoundPage } from '../shared/ui/not-found-page.js';
import { AboutPage } from './about-page.js';
import { AccountPage } from './account-page.js';
import { AuditPage } from './audit-page.js';
import { HistoryPage } from './history-page.js';
import { KeysPage } from './keys-page.js';
import { maySee, SECTIONS, type SectionAudience } from './sections.js';
import { ServerPage } from './server-page.js';
import { SettingsLayout } from './settings-layout.js';
import { UsersPage } from './users-page.js';

const PAGES: Record<(typeof SECTIONS)[number]['path'], ReactNode> = {
  account: <AccountPage />,
  users: <UsersPage />,
  keys: <KeysPage />,
  history: <HistoryPage />,
  audit: <AuditPage />,
  server: <ServerPage />,
  about: <AboutPage />,
};

/** Who sees a section, after "this page is for". */
const AUDIENCES: Record<SectionAudience, string> = {
  everyone: 'everyone',
  user: 'people who have signed in',
  admin: 'administrators',
};

/** Everything below `/settings`; a section that the user may not see says so. */
export function SettingsPages() {
  const state = useSession();
  const role = state.phase === 'ready' ? (state.user?.role ?? null) : null;
  return (
    <Routes>
      <Route element={<SettingsLayout />}>
        <Route index element={<Navigate to={role === null ? 'history' : 'account'} replace />} />
        {SECTIONS.map(({ path, audience }) => (
          <Route
            key={path}
            path={path}
            element={
              maySee(audience, role) ? PAGES[path] : <DeniedPage who={AUDIENCES[audience]} />
            }
          />
        ))}
        <Route path="*" element={<NotFoundPage />} />
      </Route>
    </Routes>
  );
}
