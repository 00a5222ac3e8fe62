/** The path under which the server is served, such as `/procspy`; empty for the root. */
function readBasePath(): string {
  const meta = document.querySelector<HTMLMetaElement>('meta[name="base-path"]');
  // Vite's development server does not replace the dot.
  return meta?.content.replace(/^\.?\/$|\/$/, '') ?? '';
}

/** The prefix of every address on the server. */
export const BASE_PATH = typeof document === 'undefined' ? '' : readBasePath();

/** The address of this server as the browser reaches it, with the base path. */
export function serverAddress(): string {
  return `${window.location.origin}${BASE_PATH}`;
}
