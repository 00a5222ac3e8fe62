/** The sections of the settings, and who may see them. */

/** Who sees a section: everyone who may read, those who signed in, or administrators. */
export type SectionAudience = 'everyone' | 'user' | 'admin';

/** One section; `path` is its address below `/settings`. */
export interface Section {
  path: string;
  label: string;
  audience: SectionAudience;
}

/** In the order of the list. */
export const SECTIONS = [
  { path: 'account', label: 'Account', audience: 'user' },
  { path: 'users', label: 'Users', audience: 'admin' },
  { path: 'keys', label: 'Keys', audience: 'admin' },
  { path: 'history', label: 'History', audience: 'everyone' },
  { path: 'audit', label: 'Audit log', audience: 'admin' },
  { path: 'server', label: 'Server', audience: 'admin' },
  { path: 'about', label: 'About', audience: 'everyone' },
] as const satisfies readonly Section[];

/** True if someone with `role` (`null`: nobody has signed in) may see a section. */
export function maySee(audience: SectionAudience, role: 'admin' | 'viewer' | null): boolean {
  switch (audience) {
    case 'everyone':
      return true;
    case 'user':
      return role !== null;
    case 'admin':
      return role === 'admin';
  }
}
