/** The entries of the main navigation, in order. */

/** One entry of the main navigation. */
export interface NavigationEntry {
  to: string;
  label: string;
  /** Other addresses that belong to this entry. */
  under: string;
}

/** To add a page, add it here and add its route in app.tsx. */
export const NAVIGATION: readonly NavigationEntry[] = [
  { to: '/', label: 'Machines', under: '/machines' },
  { to: '/alerts', label: 'Alerts', under: '/alerts' },
];
