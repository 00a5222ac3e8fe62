/** The path under which the server is served, such as `/procspy`; empty for the root. */
function readBasePath(): string {
  const meta = document.querySelector<HTMLMetaElement>('meta[name="base-path"]');
  // Vite's own server leaves the dot in its place.
  return meta?.content.replace(/^\.?\/$|\/$/, '') ?? '';
}

/** What every address of the server begins with. */
export const BASE_PATH = typeof document === 'undefined' ? '' : readBasePath();
