/** The layout of the settings: the list of sections, and the section of the address. */
import { useEffect, useRef } from 'react';
import { NavLink, Outlet, useLocation } from 'react-router';
import { useSession } from '../shared/services.js';
import { maySee, SECTIONS } from './sections.js';
import classes from './settings.module.css';

/** Lists the sections that the user may see. */
export function SettingsLayout() {
  const state = useSession();
  const role = state.phase === 'ready' ? (state.user?.role ?? null) : null;
  const { pathname } = useLocation();
  const list = useRef<HTMLElement>(null);
  // On a phone the row of sections is wider than the screen.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the address decides which one is current
  useEffect(() => {
    const current = list.current?.querySelector('[aria-current="page"]');
    current?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [pathname]);
  return (
    <div className={classes.layout}>
      <nav ref={list} className={classes.sections} aria-label="Settings">
        {SECTIONS.filter(({ audience }) => maySee(audience, role)).map(({ path, label }) => (
          <NavLink key={path} to={`/settings/${path}`} className={classes.section}>
            {label}
          </NavLink>
        ))}
      </nav>
      <div>
        <Outlet />
      </div>
    </div>
  );
}
