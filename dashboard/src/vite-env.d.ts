/// <reference types="vite/client" />

/** The version of procspy that the dashboard was built from. */
declare const __PROCSPY_VERSION__: string;
