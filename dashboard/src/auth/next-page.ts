/** Where to go after signing in. */

/** The path within the dashboard that `next` names; `/` for anything that could lead elsewhere. */
export function safeNext(next: string | null): string {
  // `//host`, `/\host` and control characters make browsers leave this site.
  if (next === null || !/^\/(?![/\\])[^\\\p{Cc}]*$/u.test(next)) return '/';
  return /^\/(login|setup)\b/.test(next) ? '/' : next;
}
