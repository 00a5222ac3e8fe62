/** Names of HTTP headers of our own, in lower case as Node names them. */

/** Carries a key, where `Authorization: Bearer` does not. */
export const API_KEY_HEADER = 'x-api-key';
/** Names the run of the agent that pushes, so that two agents of one machine are noticed. */
export const INSTANCE_HEADER = 'x-procspy-instance';
