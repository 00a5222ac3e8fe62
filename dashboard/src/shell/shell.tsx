/** The layout of every page after sign-in: header, connection banner, content. */
import { ActionIcon, Box, Button } from '@mantine/core';
import { IconSettings } from '@tabler/icons-react';
import { useEffect } from 'react';
import { Link, NavLink, Outlet, useLocation } from 'react-router';
import { useFiringCount } from '../alerts/use-alerts.js';
import { useSession } from '../shared/services.js';
import { Logo } from '../shared/ui/logo.js';
import { SchemeSwitch } from '../shared/ui/scheme-switch.js';
import { ConnectionBanner } from './connection-banner.js';
import { ErrorBoundary } from './error-boundary.js';
import { fetchPages } from './lazy-pages.js';
import { LiveIndicator } from './live-indicator.js';
import { NAVIGATION } from './navigation.js';
import { PaletteButton } from './palette/palette-button.js';
import classes from './shell.module.css';
import { UserMenu } from './user-menu.js';

/** The other pages are prefetched after this delay, when the first page has been drawn. */
const FETCH_AFTER_MS = 1_000;

/** Renders the page of the current route inside the layout. */
export function Shell() {
  const { pathname } = useLocation();
  const state = useSession();
  const user = state.phase === 'ready' ? state.user : null;
  const setupRequired = state.phase === 'ready' && state.setupRequired;
  useEffect(() => {
    const timer = setTimeout(fetchPages, FETCH_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <>
      <a href="#content" className="skip-link">
        Skip to content
      </a>
      <header className={classes.header}>
        <div className={classes.bar}>
          <Link to="/" className={classes.home} aria-label="procspy, all machines">
            <Logo />
          </Link>
          <nav aria-label="Main" className={classes.navigation}>
            {NAVIGATION.map(({ to, label, under }) => (
              <NavLink
                key={to}
                to={to}
                end
                className={classes.link}
                data-active={pathname === to || pathname.startsWith(under) || undefined}
              >
                {label}
                {to === '/alerts' && <FiringCount />}
              </NavLink>
            ))}
          </nav>
          <Box flex={1} />
          <PaletteButton />
          <LiveIndicator />
          <SchemeSwitch />
          {user === null ? (
            <>
              <ActionIcon
                component={Link}
                to="/settings"
                variant="subtle"
                color="gray"
                size="lg"
                aria-label="Settings"
              >
                <IconSettings size={19} />
              </ActionIcon>
              <Button
                component={Link}
                to={setupRequired ? '/setup' : '/login'}
                size="xs"
                variant="default"
              >
                {setupRequired ? 'Set up' : 'Sign in'}
              </Button>
            </>
          ) : (
            <UserMenu user={user} />
          )}
        </div>
      </header>
      <ConnectionBanner />
      <main id="content" className={classes.content}>
        <ErrorBoundary resetKey={pathname}>
          <Outlet />
        </ErrorBoundary>
      </main>
    </>
  );
}

/** The number of firing alerts that are not acknowledged. */
function FiringCount() {
  const count = useFiringCount();
  if (count === null || count === 0) return null;
  return (
    <span className={classes.firing} title={`${count} firing`}>
      {count}
    </span>
  );
}
