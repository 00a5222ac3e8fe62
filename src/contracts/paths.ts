/** Paths that server, agent and dashboard agree on. */

/** The version that the paths of the API begin with. */
export const API_VERSION = '1';
/** Stands before the version in a path. */
export const API_VERSION_PREFIX = 'api/v';
/** Where every path of the API begins. */
export const API_PATH = `/${API_VERSION_PREFIX}${API_VERSION}`;
/** Where agents push samples; `/batch` below it takes several. */
export const PUSH_PATH = `${API_PATH}/metrics`;
