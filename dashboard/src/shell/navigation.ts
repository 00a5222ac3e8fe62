/** The pages that the header leads to, in order. */

/** One entry of the header. */
export interface NavigationEntry {
  to: string;
  label: string;
  /** Addresses that belong to this entry beside `to` itself. */
  under: string;
}

/** Add a page here and its route in app.tsx. */
export const NAVIGATION: readonly NavigationEntry[] = [
  { to: '/', label: 'Machines', under: '/machines' },
  { to: '/alerts', label: 'Alerts', under: '/alerts' },
];
