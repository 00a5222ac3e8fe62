/** The layout of the alert pages. */
import { NavLink, Outlet } from 'react-router';
import classes from './alerts.module.css';
import { UntoldBanner } from './untold-banner.js';

const TABS = [
  { to: '/alerts', label: 'Alerts' },
  { to: '/alerts/silences', label: 'Silences' },
  { to: '/alerts/rules', label: 'Rules' },
  { to: '/alerts/channels', label: 'Channels' },
] as const;

/** Renders the page of the current route below the tabs. */
export function AlertsLayout() {
  return (
    <>
      <nav className={classes.tabs} aria-label="Alerts">
        {TABS.map(({ to, label }) => (
          <NavLink key={to} to={to} end className={classes.tab}>
            {label}
          </NavLink>
        ))}
      </nav>
      <UntoldBanner />
      <Outlet />
    </>
  );
}
