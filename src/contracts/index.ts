/** Everything that server, agent and dashboard agree on. Imports nothing outside this folder. */
export * from './alert.js';
export * from './alert-text.js';
export * from './auth.js';
export * from './channels.js';
export * from './errors.js';
export * from './format.js';
export * from './headers.js';
export * from './health.js';
export * from './machine.js';
export * from './metric-catalog.js';
export * from './paths.js';
export * from './query.js';
export * from './sample.js';
export * from './server.js';
export * from './storage.js';
export * from './stream.js';
export * from './text.js';
