/** The server's version, put in by the build. */

declare const PROCSPY_SERVER_VERSION: string | undefined;

/** Version of the server; `0.0.0` when it runs from source. */
export const SERVER_VERSION =
  typeof PROCSPY_SERVER_VERSION === 'string' ? PROCSPY_SERVER_VERSION : '0.0.0';
