/** The page to open after signing in. */

/** The path within the dashboard in `next`; `/` for anything that could lead to another site. */
export function safeNext(next: string | null): string {
  // Browsers treat `//host`, `/\host` and control characters as another site.
  if (next === null || !/^\/(?![/\\])[^\\\p{Cc}]*$/u.test(next)) return '/';
  return /^\/(login|setup)\b/.test(next) ? '/' : next;
}
