/** The version of what is running. */

/** The version of this dashboard, its server and the agent that comes with them: they are released together. */
export const VERSION: string = __PROCSPY_VERSION__;
